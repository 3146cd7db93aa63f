// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/draft_batches.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace plumbline::cli {
namespace {

// The service takes 500 and 4 MiB; smaller ones keep it busy while the next is on its way, and hold
// up others less.
constexpr size_t kMostDrafts = 100;
constexpr size_t kMostBytes = 1 << 20;

using catalog::v1::Process;

const Process& ProcessOf(const DraftToSend& draft) {
  return static_cast<const Process&>(*draft.document->resource);
}

catalog::v1::BatchUpdateProcessesRequest RequestFor(const Session& session,
                                                    const std::vector<DraftToSend>& drafts,
                                                    const Batch& batch,
                                                    const BatchOptions& options) {
  catalog::v1::BatchUpdateProcessesRequest request;
  request.set_parent(session.parent());
  request.set_validate_only(options.validate_only);
  request.set_request_id(base::NewUuid());
  for (size_t i = batch.begin; i < batch.end; ++i) {
    catalog::v1::UpdateProcessRequest& one = *request.add_requests();
    *one.mutable_process() = ProcessOf(drafts[i]);
    one.set_allow_missing(one.process().etag().empty());
    one.set_create_only(one.process().etag().empty());
    one.set_publish(drafts[i].publish);
    one.set_reason(options.reason);
  }
  return request;
}

}  // namespace

std::vector<Batch> InBatches(const std::vector<DraftToSend>& drafts) {
  std::vector<Batch> batches;
  size_t bytes = 0;
  for (size_t i = 0; i < drafts.size(); ++i) {
    const size_t size = ProcessOf(drafts[i]).ByteSizeLong();
    const bool full =
        batches.empty() || i - batches.back().begin == kMostDrafts || bytes + size > kMostBytes;
    if (full) {
      batches.push_back({i, i});
      bytes = 0;
    }
    bytes += size;
    batches.back().end = i + 1;
  }
  return batches;
}

BatchAnswer SendBatch(Session& session, const std::vector<DraftToSend>& drafts, const Batch& batch,
                      const BatchOptions& options) {
  BatchAnswer answer;
  const auto request = RequestFor(session, drafts, batch, options);
  const absl::Status whole =
      session.Call(kCatalog, "BatchUpdateProcesses", request, &answer.response);
  answer.status = whole;
  answer.refused = batch.begin;
  size_t place = 0;
  if (absl::SimpleAtoi(base::MetadataOf(whole, "request"), &place) &&
      place < batch.end - batch.begin) {
    answer.refused += place;
    const std::string field = absl::StrCat("requests[", place, "]");
    const std::string& name = request.requests(static_cast<int>(place)).process().name();
    answer.status = base::PartOf(whole, absl::StrCat(field, " (", name, ")"), field);
  }
  return answer;
}

bool TakesNoBatches(const absl::Status& status) { return absl::IsUnimplemented(status); }

}  // namespace plumbline::cli
