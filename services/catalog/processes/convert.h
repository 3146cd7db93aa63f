// SPDX-License-Identifier: Apache-2.0
//
// Requests to commands: checks shape (names, ids, lengths, masks, tokens), not meaning. Errors:
// FIELD_INVALID with every violation that one look finds, PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/command.h"

namespace plumbline::catalog {

absl::StatusOr<CreateCommand> ToCommand(const v1::CreateProcessRequest& request);
absl::StatusOr<UpdateCommand> ToCommand(const v1::UpdateProcessRequest& request);
absl::StatusOr<BatchCommand> ToCommand(const v1::BatchUpdateProcessesRequest& request);
absl::StatusOr<PublishCommand> ToCommand(const v1::PublishProcessRequest& request);
absl::StatusOr<ListCommand> ToCommand(const v1::ListProcessesRequest& request);
absl::StatusOr<ListRevisionsCommand> ToCommand(const v1::ListProcessRevisionsRequest& request);

// ".../processes/{p}", "...@latest", "...@{tag}" or "...@{revision}".
absl::StatusOr<ProcessRef> ToRef(absl::string_view field, absl::string_view name);
absl::StatusOr<ProcessRef> ToRef(const v1::GetProcessRequest& request);
// What comes after the "@", without a key; nullopt if it is nothing of that.
std::optional<ProcessRef> ToSelector(absl::string_view selector);

// A freshness token is the position of a write. -1 for an empty one; a position after all writes
// for "now", which no memory that may be behind satisfies.
std::string ToFreshnessToken(int64_t position);
absl::StatusOr<int64_t> ToPosition(absl::string_view freshness_token);

// OK, or FIELD_INVALID: at most 128 characters, printable.
absl::Status CheckRequestId(absl::string_view request_id);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_H_
