// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/admin.h"

#include "plumbline/common/v1/admin_service.pb.h"

namespace plumbline::rpc {
namespace {

using common::v1::GetServerInfoRequest;
using common::v1::GetServerInfoResponse;
using common::v1::ListMethodMetricsRequest;
using common::v1::ListMethodMetricsResponse;
using common::v1::MethodMetrics;

constexpr char kService[] = "plumbline.common.v1.AdminService";

void Set(absl::Duration duration, google::protobuf::Duration* proto) {
  absl::Duration rest;
  proto->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  proto->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

GetServerInfoResponse Info(const ServerIdentity& identity, absl::Time start) {
  GetServerInfoResponse info;
  info.set_program(identity.program);
  info.set_version(PLUMBLINE_VERSION);
  info.mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
  info.set_configuration_yaml(identity.configuration_yaml);
  if (identity.request_id_window > absl::ZeroDuration()) {
    Set(identity.request_id_window, info.mutable_request_id_window());
  }
  return info;
}

void Fill(const Metrics::Snapshot& snapshot, MethodMetrics* metrics) {
  metrics->set_method(snapshot.method);
  for (const auto& [code, calls] : snapshot.calls_by_code)
    (*metrics->mutable_calls_by_code())[code] = calls;
  metrics->set_in_flight(snapshot.in_flight);
  Set(snapshot.latency_p50, metrics->mutable_latency_p50());
  Set(snapshot.latency_p99, metrics->mutable_latency_p99());
}

}  // namespace

void AddAdminService(const ServerIdentity& identity, absl::Time start, const Metrics& metrics,
                     MethodTable& table) {
  table.Unary<GetServerInfoRequest, GetServerInfoResponse>(
      kService, "GetServerInfo", "admin.read", WorkClass::kRead,
      [info = Info(identity, start)](const CallContext&, const GetServerInfoRequest&,
                                     GetServerInfoResponse* response) {
        *response = info;
        return absl::OkStatus();
      });
  table.Unary<ListMethodMetricsRequest, ListMethodMetricsResponse>(
      kService, "ListMethodMetrics", "admin.read", WorkClass::kRead,
      [&metrics](const CallContext&, const ListMethodMetricsRequest&,
                 ListMethodMetricsResponse* response) {
        for (const Metrics::Snapshot& snapshot : metrics.Read())
          Fill(snapshot, response->add_methods());
        return absl::OkStatus();
      });
}

}  // namespace plumbline::rpc
