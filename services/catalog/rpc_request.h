// SPDX-License-Identifier: Apache-2.0
//
// Requests of mutations as they are remembered.
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_REQUEST_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_REQUEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

// The same bytes for the same message, whatever the order of its labels in memory: they are
// compared by hash.
std::string SerializeForComparison(const google::protobuf::Message& message);

// `service` and `method` name it among remembered requests.
template <typename Request>
WriteRequest ToWriteRequest(absl::string_view service, absl::string_view method,
                            absl::string_view workspace, const Request& request) {
  Request body = request;
  body.clear_request_id();
  return {std::string(workspace), absl::StrCat(service, "/", method), request.request_id(),
          SerializeForComparison(body)};
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_REQUEST_H_
