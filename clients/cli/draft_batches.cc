// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/draft_batches.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "clients/cli/parallel.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace plumbline::cli {
namespace {

// The service takes 500 and 4 MiB unless it is configured otherwise; smaller ones keep it busy
// while the next is on its way, and hold up others less.
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

// Whether fewer of them may pass: they are too many bytes, or have too many nodes.
bool IsTooMuchTogether(const absl::Status& status) {
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_MESSAGE_TOO_LARGE) return true;
  if (!base::MetadataOf(status, "request").empty()) return false;
  const auto fields = base::FieldViolationsOf(status);
  return !fields.empty() && fields[0].field == "requests";
}

// The error of the draft at this place of the batch, as if it had been sent alone.
absl::Status OfDraft(const absl::Status& whole, size_t place, const std::string& name) {
  const std::string field = absl::StrCat("requests[", place, "]");
  const std::string named = absl::StrCat(field, " (", name, ")");
  return base::PartOf(whole, absl::StartsWith(whole.message(), named) ? named : field, field);
}

BatchAnswer SendBatch(Session& session, const std::vector<DraftToSend>& drafts, const Batch& batch,
                      const BatchOptions& options) {
  BatchAnswer answer;
  answer.batch = batch;
  const auto request = RequestFor(session, drafts, batch, options);
  const absl::Status whole =
      session.Call(kCatalog, "BatchUpdateProcesses", request, &answer.response);
  answer.status = whole;
  size_t place = 0;
  if (absl::SimpleAtoi(base::MetadataOf(whole, "request"), &place) &&
      place < batch.end - batch.begin) {
    answer.status =
        OfDraft(whole, place, request.requests(static_cast<int>(place)).process().name());
    if (!IsAboutReason(answer.status)) answer.refused = batch.begin + place;
  } else if (IsTooMuchTogether(whole) && batch.end - batch.begin == 1) {
    answer.refused = batch.begin;
  }
  return answer;
}

// Whether all of it was done.
bool SendInParts(Session& session, const std::vector<DraftToSend>& drafts, const Batch& batch,
                 const BatchOptions& options,
                 absl::FunctionRef<void(const BatchAnswer&)> answered) {
  const BatchAnswer answer = SendBatch(session, drafts, batch, options);
  if (IsTooMuchTogether(answer.status) && batch.end - batch.begin > 1) {
    const size_t middle = batch.begin + (batch.end - batch.begin) / 2;
    return SendInParts(session, drafts, {batch.begin, middle}, options, answered) &&
           SendInParts(session, drafts, {middle, batch.end}, options, answered);
  }
  answered(answer);
  return answer.status.ok();
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

void SendInBatches(Session& session, const std::vector<DraftToSend>& drafts,
                   const BatchOptions& options, size_t at_once,
                   absl::FunctionRef<void(const BatchAnswer&)> answered) {
  const std::vector<Batch> batches = InBatches(drafts);
  absl::Mutex mutex;
  InParallel(batches.size(), at_once, [&](size_t i) {
    return SendInParts(session, drafts, batches[i], options, [&](const BatchAnswer& answer) {
      absl::MutexLock lock(&mutex);
      answered(answer);
    });
  });
}

bool IsAboutReason(const absl::Status& status) {
  const auto fields = base::FieldViolationsOf(status);
  return !fields.empty() && fields[0].field == "reason";
}

bool TakesNoBatches(const absl::Status& status) { return absl::IsUnimplemented(status); }

}  // namespace plumbline::cli
