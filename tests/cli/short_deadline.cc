// Loaded before libcurl, this gives every request two seconds, whatever the program that sends it allows.
#include <curl/curl.h>
#include <dlfcn.h>

#include <cstdarg>

#undef curl_easy_setopt

// Its last argument is a long, a pointer or a curl_off_t: each as wide as a pointer where this is used.
static_assert(sizeof(long) == sizeof(void*) && sizeof(curl_off_t) == sizeof(void*));

extern "C" CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  using SetOption = CURLcode (*)(CURL*, CURLoption, ...);
  static const auto real = reinterpret_cast<SetOption>(::dlsym(RTLD_NEXT, "curl_easy_setopt"));
  if (option == CURLOPT_TIMEOUT_MS) return real(handle, option, 2000L);
  va_list arguments;
  va_start(arguments, option);
  void* const value = va_arg(arguments, void*);
  va_end(arguments);
  return real(handle, option, value);
}
