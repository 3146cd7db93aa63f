// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/segments/rpc.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "common/rpc/page_token.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/segments/comparison_convert.h"
#include "services/analytics/segments/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.SegmentService";
constexpr char kRead[] = "analytics.read";

int64_t EventsThatCount(const Traces& traces, size_t c) {
  return traces.case_begin()[c + 1] - traces.case_begin()[c];
}

// What the cases of a part are ordered by; by id: their number.
std::vector<int64_t> KeysOf(const Traces& traces, CaseOrder order) {
  const LogSnapshot& log = traces.log();
  std::vector<int64_t> keys(log.case_count());
  for (size_t c = 0; c < keys.size(); ++c) {
    keys[c] = order == CaseOrder::kStart        ? CaseStart(log, c)
              : order == CaseOrder::kEnd        ? CaseEnd(log, c)
              : order == CaseOrder::kDuration   ? CaseEnd(log, c) - CaseStart(log, c)
              : order == CaseOrder::kEventCount ? EventsThatCount(traces, c)
                                                : static_cast<int64_t>(c);
  }
  return keys;
}

// Cases of a part in the order of the command.
absl::StatusOr<std::vector<uint32_t>> Ordered(const Traces& traces, const CasesCommand& command,
                                              absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<uint32_t> cases(traces.log().case_count());
  std::iota(cases.begin(), cases.end(), 0);
  const std::vector<int64_t> keys = KeysOf(traces, command.order);
  RETURN_IF_ERROR(keep_on());
  RETURN_IF_ERROR(base::SortSteadily(
      cases,
      [&](uint32_t a, uint32_t b) {
        return command.descending ? keys[a] > keys[b] : keys[a] < keys[b];
      },
      keep_on));
  return cases;
}

// Tells of the cases of a part one by one.
class CaseTeller {
 public:
  CaseTeller(const LogView& whole, const LogView& part)
      : whole_(*whole.log()),
        log_(*part.log()),
        traces_(part.traces()),
        places_(whole.variants().PlacesOfCases(whole_.case_count())),
        ends_(log_) {}

  void Tell(uint32_t c, v1::CaseSummary* answer) const {
    answer->set_case_id(std::string(log_.cases[c]));
    const int64_t start = CaseStart(log_, c), end = CaseEnd(log_, c);
    *answer->mutable_start_time() = ToTimestamp(start);
    *answer->mutable_end_time() = ToTimestamp(end);
    ToDuration(static_cast<double>(end - start) / 1e6, answer->mutable_duration());
    const int64_t events = EventsThatCount(traces_, c);
    answer->set_event_count(events);
    if (events > 0) {
      const uint32_t begin = traces_.case_begin()[c], last = traces_.case_begin()[c + 1] - 1;
      answer->set_first_activity(log_.activities[traces_.activity()[begin]]);
      answer->set_last_activity(log_.activities[traces_.activity()[last]]);
    }
    const uint32_t place = places_[PlaceOf(whole_.cases, log_.cases[c])];
    if (place != kNoText) answer->set_variant_rank(int64_t{place} + 1);
    answer->set_open(!ends_.HasEnded(c));
  }

 private:
  const LogSnapshot& whole_;
  const LogSnapshot& log_;
  const Traces& traces_;
  const std::vector<uint32_t> places_;
  const CaseEnds ends_;
};

absl::Status ListCases(Reader& reader, const base::Clock& clock, const CallContext& context,
                       const v1::ListCasesRequest& request, v1::ListCasesResponse* response) {
  ASSIGN_OR_RETURN(const CasesCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  const std::string state = absl::StrCat(whole->watermark(), ",", whole->log()->size());
  if (!command.state.empty() && command.state != state) {
    return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                       "the event log changed since the first page; begin again without page_token")
        .Field("page_token", "belongs to an earlier state of the log");
  }
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.selection));
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  // Their order, the keys of that, and the variants of all cases.
  constexpr int64_t kOfACase = 24;
  ASSIGN_OR_RETURN(
      const auto taken,
      reader.TakeRoom(static_cast<int64_t>(whole->log()->case_count() * kOfACase), part));
  ASSIGN_OR_RETURN(const std::vector<uint32_t> cases,
                   Ordered(part.view->traces(), command, keep_on));
  RETURN_IF_ERROR(keep_on());
  const CaseTeller teller(*whole, *part.view);
  RETURN_IF_ERROR(keep_on());
  rpc::PageRoom room(command.page_size);
  auto next = static_cast<size_t>(command.offset);
  for (; next < cases.size() && !room.Full(); ++next) {
    v1::CaseSummary* shown = response->add_cases();
    teller.Tell(cases[next], shown);
    room.Took(shown->ByteSizeLong());
  }
  response->set_total_count(static_cast<int64_t>(cases.size()));
  analytics::Tell(part, response);
  if (next < cases.size()) {
    response->set_next_page_token(
        NextPageToken(request, command, state, static_cast<int64_t>(next)));
  }
  return context.Check(clock.Now());
}

struct Measured {
  SegmentFigures figures;
  v1::SelectionSummary summary;
};

absl::StatusOr<Measured> Measure(Reader& reader, const CallContext& context,
                                 const base::Clock& clock,
                                 const std::shared_ptr<const LogView>& whole,
                                 const Selection& selection, const TimeBetween& between) {
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, selection));
  const LogView& view = *part.view;
  // The times of its edges, and its variants.
  constexpr int64_t kOfAnEvent = sizeof(int64_t) + sizeof(uint32_t);
  ASSIGN_OR_RETURN(const auto room,
                   reader.TakeRoom(static_cast<int64_t>(view.log()->size()) * kOfAnEvent, part));
  Measured measured;
  ASSIGN_OR_RETURN(measured.figures,
                   MeasureSegment(view.traces(), view.variants(), view.map_transitions(), between,
                                  [&] { return context.Check(clock.Now()); }));
  if (part.summary.has_value()) {
    measured.summary = *part.summary;
  } else {
    const auto cases = static_cast<int64_t>(view.log()->case_count());
    const auto events = static_cast<int64_t>(view.log()->size());
    measured.summary.set_case_count(cases);
    measured.summary.set_total_case_count(cases);
    measured.summary.set_event_count(events);
    measured.summary.set_total_event_count(events);
  }
  return measured;
}

// A part that is empty because of a name that the log does not have compares nothing.
absl::Status CheckNames(const char* field, const Measured& part, bool any_empty) {
  if (!any_empty || part.summary.notes().empty()) return absl::OkStatus();
  return base::FieldError(
      field, absl::StrCat("leaves one of the two parts without a case: ", part.summary.notes(0)));
}

absl::Status CompareSegments(Reader& reader, const base::Clock& clock, const CallContext& context,
                             const v1::CompareSegmentsRequest& request,
                             v1::CompareSegmentsResponse* response) {
  ASSIGN_OR_RETURN(const CompareCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  // One after the other: their copies of the log are not in memory together.
  ASSIGN_OR_RETURN(Measured first,
                   Measure(reader, context, clock, whole, command.first, command.between));
  ASSIGN_OR_RETURN(Measured second,
                   Measure(reader, context, clock, whole, command.second, command.between));
  const bool any_empty = whole->log()->case_count() > 0 &&
                         (first.summary.case_count() == 0 || second.summary.case_count() == 0);
  RETURN_IF_ERROR(CheckNames("first.filter", first, any_empty));
  RETURN_IF_ERROR(CheckNames("second.filter", second, any_empty));
  const Comparison comparison = Compare(first.figures, second.figures);
  ToProto(*whole->log(), first.figures, second.figures, comparison, command, response);
  *response->mutable_first() = std::move(first.summary);
  *response->mutable_second() = std::move(second.summary);
  return context.Check(clock.Now());
}

}  // namespace

void RegisterSegmentService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::ListCasesRequest, v1::ListCasesResponse>(
      kService, "ListCases", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::ListCasesRequest& request,
                        v1::ListCasesResponse* response) {
        return ListCases(reader, clock, context, request, response);
      });
  table->Unary<v1::CompareSegmentsRequest, v1::CompareSegmentsResponse>(
      kService, "CompareSegments", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CompareSegmentsRequest& request,
                        v1::CompareSegmentsResponse* response) {
        return CompareSegments(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
