// SPDX-License-Identifier: Apache-2.0
//
// plumbline.common.v1.AdminService over a method table. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_ADMIN_H_
#define PLUMBLINE_COMMON_RPC_ADMIN_H_

#include "absl/time/time.h"
#include "common/rpc/method_table.h"
#include "common/rpc/metrics.h"
#include "common/rpc/server.h"

namespace plumbline::rpc {

// Adds GetServerInfo and ListMethodMetrics. They need the permission "admin.read", which only "*"
// in all workspaces holds. `metrics` must outlive the table.
void AddAdminService(const ServerIdentity& identity, absl::Time start, const Metrics& metrics,
                     MethodTable& table);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_ADMIN_H_
