#include "requests/json_response.h"

namespace tokend {

Response json_response(int status, const libtoken::OrderedJson& body) {
  Response response;
  response.status = status;
  // The registry may hold bytes that are not UTF-8, if another program than ours wrote them.
  response.body = body.dump(-1, ' ', false, libtoken::OrderedJson::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace tokend
