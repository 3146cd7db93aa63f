// SPDX-License-Identifier: Apache-2.0
//
// Requests of mutations as they are remembered.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_REQUEST_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_REQUEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/resource/message_fields.h"

namespace plumbline::catalog {

// `service` and `method` name it among remembered requests.
template <typename Request>
WriteRequest ToWriteRequest(absl::string_view service, absl::string_view method,
                            absl::string_view workspace, const Request& request) {
  WriteRequest remembered{std::string(workspace), absl::StrCat(service, "/", method),
                          request.request_id(), ""};
  if (request.request_id().empty()) return remembered;
  remembered.body = KeepFields(SerializeForComparison(request),
                               [](int number) { return number != Request::kRequestIdFieldNumber; });
  return remembered;
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_REQUEST_H_
