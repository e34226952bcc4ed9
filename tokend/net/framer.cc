#include "net/framer.h"

#include <algorithm>

namespace tokend {

Framer::Look Framer::refuse(Response refusal) {
  Look look;
  look.state = State::kRefused;
  look.refusal = std::move(refusal);
  return look;
}

Framer::Look Framer::look(std::string_view received, BodyLimit body_limit) {
  if (head_bytes_ != 0) return with_head(received, body_limit);
  if (scanned_ == 0) {
    // Old clients send an empty line before a request (RFC 9112 §2.2).
    if (std::string_view("\r\n").substr(0, received.size()) == received) return {};
    start_ = received.substr(0, 2) == "\r\n" ? 2 : 0;
    scanned_ = line_start_ = start_;
  }
  return scan_head(received, body_limit);
}

Framer::Look Framer::scan_head(std::string_view received, BodyLimit body_limit) {
  const std::size_t end = std::min(received.size(), start_ + kMaxHeadBytes);
  std::size_t at = scanned_;
  for (; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(received[at]);
    if ((byte >= 0x20 && byte != 0x7f) || byte == '\t') continue;
    if (byte != '\r') return refuse(error_response(400, "bad_request", "The head holds a control byte or a bare LF."));
    if (at + 1 == end) break;  // its LF has not arrived
    if (received[at + 1] != '\n') return refuse(error_response(400, "bad_request", "The head holds a bare CR."));
    if (at == line_start_) {
      head_bytes_ = static_cast<std::uint32_t>(at + 2);
      return with_head(received, body_limit);
    }
    if (++lines_ > kMaxHeadLines) {
      return refuse(error_response(431, "head_too_large", "A request's head may have 100 lines."));
    }
    ++at;
    line_start_ = static_cast<std::uint32_t>(at + 1);
  }
  if (end == start_ + kMaxHeadBytes) {
    return refuse(error_response(431, "head_too_large", "A request's head may have 16384 bytes."));
  }
  scanned_ = static_cast<std::uint32_t>(at);
  Look look;
  look.state = State::kHead;
  return look;
}

Framer::Look Framer::with_head(std::string_view received, BodyLimit body_limit) {
  // The head is read again when the body is there: that costs less than keeping it for every connection that waits.
  auto head = read_head(received.substr(start_, head_bytes_ - start_), body_limit);
  if (!head) return refuse(std::move(head.error()));
  Look look;
  look.head = *head;
  look.state = State::kBody;
  const std::string_view body = received.substr(std::min<std::size_t>(head_bytes_, received.size()));
  if (head->is_chunked) {
    const auto whole = chunks_.look(body, head->most_body_bytes);
    if (!whole) return refuse(whole.error());
    if (!*whole) return look;
    look.size = head_bytes_ + chunks_.size();
    look.chunks = std::make_unique<const std::string>(chunks_.content(body));
    look.body = *look.chunks;
    look.head.body_bytes = look.body.size();
  } else {
    look.size = head_bytes_ + head->body_bytes;
    if (received.size() < look.size) return look;
    look.body = body.substr(0, head->body_bytes);
  }
  look.state = State::kWhole;
  *this = Framer{};
  return look;
}

}  // namespace tokend
