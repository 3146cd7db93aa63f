// SPDX-License-Identifier: Apache-2.0
//
// The errors that both engines answer with. No text of the engine's own goes into them but through
// base::Internal, which is logged and never sent.
#ifndef PLUMBLINE_COMMON_SQL_ERRORS_H_
#define PLUMBLINE_COMMON_SQL_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// DEPENDENCY_UNAVAILABLE: nothing of the transaction remains.
absl::Status Unavailable();

// DEPENDENCY_UNAVAILABLE: the connection was lost between the commit and its answer.
absl::Status CommitUnknown();

// DEADLINE_EXCEEDED: not committed.
absl::Status DeadlineExceeded();

// SHUTTING_DOWN.
absl::Status ShuttingDown();

// ALREADY_EXISTS without a reason: a uniqueness rule was broken.
absl::Status Duplicate();

// FIELD_INVALID if a text is not UTF-8 or holds a zero byte: PostgreSQL keeps neither, so SQLite
// does not either. O(length).
absl::Status CheckTexts(absl::Span<const Param> params);

// What `context` says at this moment: OK, CANCELLED or DEADLINE_EXCEEDED.
absl::Status CheckNow(const base::CallContext& context);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_ERRORS_H_
