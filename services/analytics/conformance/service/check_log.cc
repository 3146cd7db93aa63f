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
// The place of a case's variant, where a part is checked or cases are open, and a bit.
constexpr int64_t kBytesOfACase = 9;
// What the search may take of the room for parts, so that several checks go on at a time.
constexpr int64_t kShareOfTheRoom = 8;
// What alignments of earlier checks may take of it: those of some ten logs like BPI Challenge 2012.
constexpr int64_t kMostKeptBytes = 32 << 20, kShareOfKept = 16;

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

// The room that a search comes to need, piece by piece.
struct SearchRoom {
  const Reader& reader;
  const SelectedView& part;
  int64_t held;  // by the check, in all
  std::vector<std::shared_ptr<const void>> pieces = {};
  absl::Status refused = absl::OkStatus();

  bool Take(int64_t bytes) {
    absl::StatusOr<std::shared_ptr<const void>> piece = reader.TakeRoom(bytes, part, held);
    if (!piece.ok()) {
      refused = piece.status();
      return false;
    }
    pieces.push_back(*std::move(piece));
    held += bytes;
    return true;
  }
};

}  // namespace

std::shared_ptr<conformance::KeptAlignments> KeepAlignments(Reader& reader) {
  const int64_t most = std::min(kMostKeptBytes, reader.room_bytes() / kShareOfKept);
  auto kept = std::make_shared<conformance::KeptAlignments>(
      most, [&reader](int64_t bytes) { return reader.TakeRestOfRoom(bytes); });
  reader.OnShortageOfRoom([weak = std::weak_ptr<conformance::KeptAlignments>(kept)] {
    if (const auto present = weak.lock()) present->Clear();
  });
  return kept;
}

absl::StatusOr<CheckedLog> CheckLog(Reader& reader, const base::Clock& clock,
                                    const base::CallContext& context, const CheckCommand& command,
                                    const std::shared_ptr<conformance::KeptAlignments>& kept,
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
  options.align.kept = kept;
  const int64_t most = reader.room_bytes() / kShareOfTheRoom;
  conformance::FitInto(most, size, options);
  const size_t cases = whole->log()->case_count() + view.log()->case_count();
  const int64_t beside =
      conformance::BytesBeside(size) + static_cast<int64_t>(cases) * kBytesOfACase;
  ASSIGN_OR_RETURN(checked.room, reader.TakeRoom(beside, checked.part));
  SearchRoom room{reader, checked.part, beside};
  const auto memory = std::make_shared<conformance::SearchMemory>(
      [&room](int64_t bytes) { return room.Take(bytes); },
      std::min(conformance::SearchMemory::kAtOnce, most / 4));
  options.align.memory = options.replay.memory = memory;
  const auto events = static_cast<int64_t>(size.events);
  const absl::Time end = std::min(clock.Now() + conformance::SearchTime(command.budget, events),
                                  context.deadline - kForTheAnswer);
  options.align.expired = [&] {
    return clock.Now() >= end || context.cancelled->load() || memory->refused();
  };
  options.replay.expired = options.align.expired;
  ASSIGN_OR_RETURN(checked.result, conformance::Check(command.model, log, options));
  RETURN_IF_ERROR(room.refused);
  RETURN_IF_ERROR(context.Check(clock.Now()));
  return checked;
}

}  // namespace plumbline::analytics
