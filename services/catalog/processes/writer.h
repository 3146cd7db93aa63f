// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_WRITER_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/common/v1/types.pb.h"
#include "services/catalog/processes/head_memory.h"
#include "services/catalog/processes/reader.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

// The answer to a mutation.
struct Written {
  v1::Process process;   // what the change is about: the head, or a revision
  int64_t position = 0;  // of the write; of the snapshot, where nothing was written
  std::vector<common::v1::Warning> warnings;
};

// Writes what a change of one process says.
absl::Status CarryOut(Changes& changes, const ProcessKey& key, const Change& change);

// Carries changes out and keeps the memories right. Thread-safe. Everything given must outlive it.
class Writer {
 public:
  Writer(Store& store, HeadMemory& heads, Reader& reader, const base::Clock& clock)
      : store_(store), heads_(heads), reader_(reader), clock_(clock) {}

  // What the change is, as a function of the snapshot that it is carried out on.
  using Plan = absl::FunctionRef<absl::StatusOr<Change>(Snapshot&, const Author&)>;

  // Carries out `plan` on the process `key`, once for all calls with the same request. `warns`: the
  // answer tells what in the content is probably a mistake.
  absl::StatusOr<Written> Write(const base::CallContext& context, const ProcessKey& key,
                                const WriteRequest& request, Plan plan, bool warns = false);

  // What Write would answer; nothing is written and the request is not remembered.
  absl::StatusOr<Written> Validate(const base::CallContext& context, Plan plan, bool warns = false);

  // Writes what stands beside the processes, so that no memory is concerned: once for all calls
  // with the same request.
  absl::StatusOr<Answer> WriteBeside(
      const base::CallContext& context, const WriteRequest& request,
      absl::FunctionRef<absl::StatusOr<std::string>(Changes&, const Author&)> body);

  // Writes several heads in one transaction, once for all calls with the same request. What the
  // memories know of them is forgotten: a large load must not push out what is read.
  absl::StatusOr<Answer> WriteSeveral(
      const base::CallContext& context, const std::vector<ProcessKey>& keys,
      const WriteRequest& request,
      absl::FunctionRef<absl::StatusOr<std::string>(Changes&, const Author&)> body);

  // Looks at what such a write would find.
  absl::Status Look(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(Snapshot&, const Author&)> body);

 private:
  Store& store_;
  HeadMemory& heads_;
  Reader& reader_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_WRITER_H_
