// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/check_log.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "services/analytics/conformance/variant_log.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

constexpr int kThreads = 2;
// What is left of the time of a call for its answer.
constexpr absl::Duration kForTheAnswer = absl::Milliseconds(50);
// Of its variants, in several copies, and of how each is explained; of a move of the model alone.
constexpr int64_t kBytesOfAnEvent = 40, kBytesOfAVariant = 200, kBytesOfAMove = 8;
// The place of a case's variant, where a part is checked or cases are open, and a bit.
constexpr int64_t kBytesOfACase = 9;
// What the search may take of the room for parts, so that several checks go on at a time.
constexpr int64_t kShareOfTheRoom = 8;

void FindOpenCases(const LogView& view, CheckedLog* checked) {
  const LogSnapshot& log = *view.log();
  const CaseEnds ends(log);
  if (!ends.marked()) return;
  checked->open_case_count = 0;
  checked->open.resize(log.case_count());
  const auto begin = view.traces().case_begin();
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (ends.HasEnded(c)) continue;
    checked->open[c] = true;
    if (begin[c] != begin[c + 1]) ++*checked->open_case_count;
  }
}

// Beside the part.
int64_t BytesOf(const conformance::CheckSize& size, size_t cases) {
  const int64_t of_a_variant = kBytesOfAVariant + static_cast<int64_t>(size.nodes) * kBytesOfAMove;
  return static_cast<int64_t>(size.events) * kBytesOfAnEvent +
         static_cast<int64_t>(cases) * kBytesOfACase +
         static_cast<int64_t>(size.variants) * of_a_variant;
}

}  // namespace

absl::StatusOr<CheckedLog> CheckLog(Reader& reader, const base::Clock& clock,
                                    const base::CallContext& context, const CheckCommand& command,
                                    const std::shared_ptr<const LogView>& whole, bool precision) {
  CheckedLog checked;
  ASSIGN_OR_RETURN(checked.part, reader.Select(context, whole, command.selection));
  const LogView& view = *checked.part.view;
  FindOpenCases(view, &checked);
  const conformance::VariantLog log =
      conformance::VariantLogOf(view.traces(), view.variants(), checked.open, command.open_cases);
  const conformance::CheckSize size = conformance::SizeOf(command.model, log);
  conformance::CheckOptions options;
  options.method = command.method;
  options.precision = precision;
  options.replay.ignore_unknown = command.ignore_unknown;
  options.align.threads = kThreads;
  const int64_t searching =
      conformance::FitInto(reader.room_bytes() / kShareOfTheRoom, size, options);
  const size_t cases = whole->log()->case_count() + view.log()->case_count();
  ASSIGN_OR_RETURN(checked.room, reader.TakeRoom(BytesOf(size, cases) + searching, checked.part));
  const auto events = static_cast<int64_t>(size.events);
  const absl::Time end = std::min(clock.Now() + conformance::SearchTime(command.budget, events),
                                  context.deadline - kForTheAnswer);
  options.align.expired = [&] { return clock.Now() >= end || context.cancelled->load(); };
  options.replay.expired = options.align.expired;
  ASSIGN_OR_RETURN(checked.result, conformance::Check(command.model, log, options));
  RETURN_IF_ERROR(context.Check(clock.Now()));
  return checked;
}

}  // namespace plumbline::analytics
