// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/current_process.h"

#include <utility>

#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {

absl::StatusOr<catalog::v1::Process> CurrentProcess(Session& session, const std::string& name) {
  catalog::v1::GetProcessRequest request;
  request.set_name(session.FullName(name));
  request.set_min_freshness("now");
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  return std::move(*response.mutable_process());
}

}  // namespace plumbline::cli
