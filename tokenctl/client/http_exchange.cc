#include "client/http_exchange.h"

#include <curl/curl.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

namespace tokenctl {
namespace {

using std::chrono::steady_clock;

/// Of all header lines together, those of interim responses and of a proxy included.
constexpr std::size_t kMaxHeadBytes = 64 * 1024;

enum class TooLong : std::uint8_t { kNothing, kHead, kBody };

/// What has come in so far.
struct Received {
  std::size_t head_bytes = 0;
  std::size_t max_body_bytes = 0;
  std::string body;
  TooLong too_long = TooLong::kNothing;
};

// libcurl's callbacks: what they return is how many bytes they took, and anything but all of them ends the transfer.
std::size_t take_header(char*, std::size_t, std::size_t size, void* to) noexcept {
  auto& received = *static_cast<Received*>(to);
  received.head_bytes += size;
  if (received.head_bytes <= kMaxHeadBytes) return size;
  received.too_long = TooLong::kHead;
  return 0;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) noexcept {
  auto& received = *static_cast<Received*>(to);
  if (size <= received.max_body_bytes - received.body.size()) {
    received.body.append(data, size);
    return size;
  }
  received.too_long = TooLong::kBody;
  return 0;
}

/// A transfer and the header lines it sends.
class Transfer {
 public:
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(headers_);
  }

  /// After one option has failed, the others are not set and perform() fails.
  template <class T>
  void set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_, option, value);
  }

  void add_header(const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_, line.c_str());
    if (longer != nullptr) {
      headers_ = longer;
    } else {
      code_ = CURLE_OUT_OF_MEMORY;
    }
  }

  [[nodiscard]] CURLcode perform() {
    set(CURLOPT_HTTPHEADER, headers_);
    return code_ == CURLE_OK ? curl_easy_perform(handle_) : code_;
  }

  /// CURLINFO_RESPONSE_CODE or CURLINFO_HTTP_CONNECTCODE; 0 if there was no such response.
  [[nodiscard]] int status(CURLINFO which) const {
    long status = 0;
    return curl_easy_getinfo(handle_, which, &status) == CURLE_OK ? static_cast<int>(status) : 0;
  }

  /// Whether a part of the request was sent, if only to a proxy.
  [[nodiscard]] bool has_sent() const {
    long bytes = 0;
    return curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes > 0;
  }

 private:
  CURL* const handle_ = curl_easy_init();
  curl_slist* headers_ = nullptr;
  CURLcode code_ = handle_ != nullptr ? CURLE_OK : CURLE_FAILED_INIT;
};

// Not libcurl's own messages: they quote the server, and a proxy's URL with the password in it.
std::string words_for(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "its host name cannot be resolved";
    case CURLE_COULDNT_RESOLVE_PROXY: return "the proxy's host name cannot be resolved";
    case CURLE_COULDNT_CONNECT: return "cannot connect";
    case CURLE_OPERATION_TIMEDOUT: return "no response in time";
    case CURLE_SSL_CONNECT_ERROR: return "the TLS handshake failed";
    case CURLE_PEER_FAILED_VERIFICATION: return "its certificate is not trusted";
    case CURLE_SSL_CACERT_BADFILE: return "the file of trusted certificates cannot be read";
    case CURLE_UNSUPPORTED_PROTOCOL:  // libcurl takes it for HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY: return "what came back is not HTTP";
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return "the connection broke off before the response was complete";
    default: return curl_easy_strerror(code);
  }
}

void set_trust(Transfer& transfer) {
  transfer.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // libcurl itself has its certificates from where it was built to look, and does not read these two.
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0')
    transfer.set(CURLOPT_CAINFO, file);
  if (const char* directory = std::getenv("SSL_CERT_DIR"); directory != nullptr && *directory != '\0')
    transfer.set(CURLOPT_CAPATH, directory);
  // libcurl would write the keys of the connection, with which the token can be read, to the file that this names.
  ::unsetenv("SSLKEYLOGFILE");
}

void set_request(Transfer& transfer, const HttpRequest& request) {
  const std::string url = to_string(request.url);
  transfer.set(CURLOPT_URL, url.c_str());  // copied
  transfer.set(CURLOPT_PROTOCOLS_STR, request.url.https ? "https" : "http");
  transfer.set(CURLOPT_PATH_AS_IS, 1L);
  transfer.add_header("Accept: application/json");
  transfer.add_header("Accept-Encoding: identity");
  transfer.set(CURLOPT_USERAGENT, "tokenctl");
  if (!request.authorization.empty()) transfer.add_header("Authorization: " + request.authorization);
  if (request.method == "POST" || !request.json.empty()) {
    transfer.add_header("Content-Type: application/json");
    transfer.add_header("Expect:");  // no waiting for 100 Continue before a long body
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.json.size()));
    transfer.set(CURLOPT_POSTFIELDS, request.json.c_str());  // not copied
  }
  if (request.method != "POST" && request.method != "GET") {
    transfer.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  // Header lines for the server, the token among them, are not for the proxy. (libcurl's default.)
  transfer.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  if (!request.url.https || is_loopback(request.url)) transfer.set(CURLOPT_PROXY, "");
}

void set_limits(Transfer& transfer, std::chrono::milliseconds timeout, Received& received) {
  // Without CURLOPT_NOSIGNAL, libcurl ignores SIGPIPE while it works. It sends itself no signal: names are resolved in
  // a thread, and for that thread's end it need not wait when time is up.
  transfer.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  transfer.set(CURLOPT_QUICK_EXIT, 1L);
  transfer.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(received.max_body_bytes));
  transfer.set(CURLOPT_HEADERFUNCTION, &take_header);
  transfer.set(CURLOPT_HEADERDATA, &received);
  transfer.set(CURLOPT_WRITEFUNCTION, &take_body);
  transfer.set(CURLOPT_WRITEDATA, &received);
}

}  // namespace

tl::expected<HttpResponse, HttpFailure> http_exchange(const HttpRequest& request, steady_clock::time_point deadline) {
  // Rounded up: when libcurl gives up, the deadline has come for the caller's clock as well.
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  if (timeout.count() <= 0) return tl::unexpected(HttpFailure{"no time is left"});

  Received received;
  received.max_body_bytes = request.max_response_bytes;
  Transfer transfer;
  set_trust(transfer);
  set_request(transfer, request);
  set_limits(transfer, timeout, received);
  const CURLcode code = transfer.perform();
  const auto failed = [&](std::string words) {
    return tl::unexpected(HttpFailure{std::move(words), transfer.has_sent()});
  };

  if (received.too_long == TooLong::kBody || code == CURLE_FILESIZE_EXCEEDED) {
    return failed("its response is longer than " + std::to_string(request.max_response_bytes >> 20) + " MiB");
  }
  // libcurl 7.88 is "out of memory" when a header line is longer than 100 KiB.
  if (received.too_long == TooLong::kHead || code == CURLE_OUT_OF_MEMORY) {
    return failed("the head of its response is longer than " + std::to_string(kMaxHeadBytes >> 10) + " KiB");
  }
  if (const int status = transfer.status(CURLINFO_HTTP_CONNECTCODE); code != CURLE_OK && status >= 300) {
    return tl::unexpected(HttpFailure{"the proxy does not connect to it (" + std::to_string(status) + ")"});
  }
  if (code != CURLE_OK) return failed(words_for(code));
  return HttpResponse{transfer.status(CURLINFO_RESPONSE_CODE), std::move(received.body)};
}

}  // namespace tokenctl
