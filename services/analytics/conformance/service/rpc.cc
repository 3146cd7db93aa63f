// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/rpc.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/expr/problem.h"
#include "common/rpc/page_token.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/deviating.h"
#include "services/analytics/conformance/model_succession.h"
#include "services/analytics/conformance/service/answers.h"
#include "services/analytics/conformance/service/check_log.h"
#include "services/analytics/conformance/service/convert.h"
#include "services/analytics/discovery/footprints.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.ConformanceService";
// The place of its variant in the part and in the whole log, and what is told of it.
constexpr int64_t kBytesOfAListedCase = 24;
// By variant of a part, its rank in the whole log: that of one of its cases.
std::vector<int64_t> RanksOf(const LogView& whole, const LogView& part) {
  std::vector<int64_t> ranks(static_cast<size_t>(part.variants().size()));
  if (&whole == &part) {
    std::iota(ranks.begin(), ranks.end(), int64_t{1});
    return ranks;
  }
  const TextList& cases = part.log()->cases;
  const TextList& all = whole.log()->cases;
  const std::vector<uint32_t> place_in_whole = whole.variants().PlacesOfCases(all.size());
  const std::vector<uint32_t> place = part.variants().PlacesOfCases(cases.size());
  // Both are ascending by id, and those of the part are among those of the whole.
  for (size_t c = 0, w = 0; c < cases.size(); ++c) {
    while (all[w] != cases[c]) ++w;
    if (place[c] == kNoText || place_in_whole[w] == kNoText) continue;
    int64_t& rank = ranks[place[c]];
    if (rank == 0) rank = int64_t{place_in_whole[w]} + 1;
  }
  return ranks;
}

// Alignments of earlier checks.
using Kept = std::shared_ptr<conformance::KeptAlignments>;

absl::Status Check(Reader& reader, const base::Clock& clock, const Kept& kept,
                   const CallContext& context, const v1::CheckConformanceRequest& request,
                   v1::CheckConformanceResponse* response) {
  ASSIGN_OR_RETURN(const CheckCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const CheckedLog checked,
                   CheckLog(reader, clock, context, command, kept, whole, /*precision=*/true));
  ToProto(checked, RanksOf(*whole, *checked.part.view), command, response);
  Tell(checked.part, response);
  return absl::OkStatus();
}

// A case that deviates as was asked.
struct Deviating {
  int64_t deviations;  // all of the case
  uint32_t case_number, entry;
};

// Where its variant is in a result, of the cases that ended and of the open ones; kNoText: nowhere.
struct Entries {
  uint32_t ended = kNoText, open = kNoText;
};

// By place of a variant, its entries in which something deviates as wanted.
std::vector<Entries> DeviatingEntries(const CheckedLog& checked,
                                      const conformance::WantedDeviations& wanted,
                                      v1::ListDeviatingCasesResponse* response) {
  std::vector<Entries> entries(static_cast<size_t>(checked.part.view->variants().size()));
  int64_t unchecked = 0;
  const conformance::CheckResult& result = checked.result;
  for (uint32_t v = 0; v < result.alignments.size(); ++v) {
    const conformance::LogVariant& variant = result.log.variants[v];
    if (!result.alignments[v].optimal) {
      unchecked += variant.cases;
    } else if (conformance::CountDeviations(result.alignments[v], wanted) > 0) {
      (variant.beginning ? entries[variant.place].open : entries[variant.place].ended) = v;
    }
  }
  response->set_unchecked_case_count(unchecked);
  return entries;
}

// In the order of the list.
std::vector<Deviating> DeviatingCases(const CheckedLog& checked, conformance::OpenCases treatment,
                                      const std::vector<Entries>& entries) {
  const LogView& view = *checked.part.view;
  const std::vector<uint32_t> places = view.variants().PlacesOfCases(view.log()->case_count());
  std::vector<Deviating> cases;
  for (uint32_t c = 0; c < places.size(); ++c) {
    if (places[c] == kNoText) continue;
    const bool open = !checked.open.empty() && checked.open[c];
    if (open && treatment == conformance::OpenCases::kLeftOut) continue;
    const bool apart = open && treatment == conformance::OpenCases::kBeginnings;
    const uint32_t entry = apart ? entries[places[c]].open : entries[places[c]].ended;
    if (entry == kNoText) continue;
    cases.push_back({conformance::DeviationsOf(checked.result.alignments[entry].cost), c, entry});
  }
  std::sort(cases.begin(), cases.end(), [](const Deviating& a, const Deviating& b) {
    return a.deviations != b.deviations ? a.deviations > b.deviations
                                        : a.case_number < b.case_number;
  });
  return cases;
}

// The first case of the page.
size_t FirstOf(const std::vector<Deviating>& cases, const DeviatingCommand& command,
               const TextList& ids) {
  if (!command.after.has_value()) return 0;
  const auto is_before = [&](const Deviating& one) {
    if (one.deviations != command.after->deviations) {
      return one.deviations > command.after->deviations;
    }
    return ids[one.case_number] <= command.after->case_id;
  };
  return static_cast<size_t>(std::partition_point(cases.begin(), cases.end(), is_before) -
                             cases.begin());
}

// An activity of the model or the log, in numbers of the check; nullopt for none.
absl::StatusOr<std::optional<uint32_t>> FindLabel(const conformance::CheckResult& result,
                                                  const std::string& activity) {
  if (activity.empty()) return std::nullopt;
  const std::vector<std::string>& names = result.log.names;
  const auto found = std::find(names.begin(), names.end(), activity);
  if (found != names.end()) return static_cast<uint32_t>(found - names.begin());
  return base::FieldError("activity", absl::StrCat("is ", expr::Shown(activity),
                                                   ", an activity that neither the model nor the "
                                                   "log has",
                                                   base::DidYouMean(activity, names)));
}

void AddPage(const CheckedLog& checked, const LogView& whole,
             const v1::ListDeviatingCasesRequest& request, const DeviatingCommand& command,
             absl::string_view state, const std::vector<Deviating>& cases,
             v1::ListDeviatingCasesResponse* response) {
  const TextList& ids = checked.part.view->log()->cases;
  const std::vector<uint32_t> places = whole.variants().PlacesOfCases(whole.log()->case_count());
  rpc::PageRoom room(command.page_size);
  size_t next = FirstOf(cases, command, ids);
  for (; next < cases.size() && !room.Full(); ++next) {
    const Deviating& one = cases[next];
    v1::DeviatingCase* shown = response->add_cases();
    ToProto(checked, command.wanted, one.case_number, one.entry, shown);
    const uint32_t place = places[PlaceOf(whole.log()->cases, ids[one.case_number])];
    if (place != kNoText) shown->set_variant_rank(int64_t{place} + 1);
    room.Took(shown->ByteSizeLong());
  }
  response->set_total_count(static_cast<int64_t>(cases.size()));
  if (next == cases.size() || response->cases().empty()) return;
  const v1::DeviatingCase& last = response->cases(response->cases_size() - 1);
  response->set_next_page_token(
      NextPageToken(request, command, state, {last.deviation_count(), last.case_id()}));
}

absl::Status ListDeviating(Reader& reader, const base::Clock& clock, const Kept& kept,
                           const CallContext& context, const v1::ListDeviatingCasesRequest& request,
                           v1::ListDeviatingCasesResponse* response) {
  ASSIGN_OR_RETURN(DeviatingCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole,
                   reader.Load(context, command.check.key));
  const std::string state = absl::StrCat(whole->watermark(), ",", whole->log()->size());
  if (!command.state.empty() && command.state != state) {
    return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                       "the event log changed since the first page; begin again without page_token")
        .Field("page_token", "belongs to an earlier state of the log");
  }
  ASSIGN_OR_RETURN(const CheckedLog checked, CheckLog(reader, clock, context, command.check, kept,
                                                      whole, /*precision=*/false));
  ASSIGN_OR_RETURN(command.wanted.label, FindLabel(checked.result, command.activity));
  ASSIGN_OR_RETURN(
      const auto room,
      reader.TakeRoom(static_cast<int64_t>(whole->log()->case_count()) * kBytesOfAListedCase,
                      checked.part));
  const std::vector<Deviating> cases = DeviatingCases(
      checked, command.check.open_cases, DeviatingEntries(checked, command.wanted, response));
  RETURN_IF_ERROR(context.Check(clock.Now()));
  AddPage(checked, *whole, request, command, state, cases, response);
  Tell(checked.part, response);
  return context.Check(clock.Now());
}

// Pairs of activities of a part that may follow each other.
int64_t PairsOf(const LogSnapshot& log) {
  const auto activities =
      static_cast<int64_t>(std::min(log.activities.size(), kMostFootprintActivities));
  return std::min(static_cast<int64_t>(log.size()), activities * activities);
}

// What a succession of a part takes, near enough: names, edges, and a bit for each pair.
int64_t BytesOfSuccession(const LogSnapshot& log) {
  const auto activities =
      static_cast<int64_t>(std::min(log.activities.size(), kMostFootprintActivities));
  int64_t bytes = PairsOf(log) * static_cast<int64_t>(sizeof(FollowsEdge));
  for (const std::string& name : log.activities)
    bytes += static_cast<int64_t>(sizeof(std::string) + name.size());
  return bytes + activities * activities / 8;
}

// What making it takes beside it: counts of pairs, and the traces.
int64_t BytesOfMaking(const LogSnapshot& log) {
  constexpr int64_t kOfAPair = sizeof(FollowsEdge) + 16;
  return PairsOf(log) * kOfAPair +
         static_cast<int64_t>(log.size()) * static_cast<int64_t>(sizeof(uint32_t));
}

// What comparing takes beside both: names of both and their numbers, and differences until they are
// sorted out; what follows nothing in either is none.
int64_t BytesOfComparing(const Succession& first, const Succession& other, size_t most) {
  constexpr size_t kOfADifference = 32, kUnsorted = 100'000;
  size_t names = 0, follows = 0;
  for (const Succession* one : {&first, &other}) {
    for (const std::string& name : one->names)
      names += sizeof(std::string) + name.size() + 2 * sizeof(uint32_t);
    follows += static_cast<size_t>(std::count(one->follows.begin(), one->follows.end(), true));
  }
  const size_t at_once = 2 * most + kUnsorted + first.names.size() + other.names.size();
  return static_cast<int64_t>(names + kOfADifference * std::min(follows, at_once));
}

// A side of a comparison and its room.
struct Side {
  Succession succession;
  std::shared_ptr<const void> room;
  int64_t bytes = 0;
};

// Beside `held` bytes of the other side.
absl::StatusOr<Side> SideOf(Reader& reader, const SelectedView& part, int64_t held) {
  const LogSnapshot& log = *part.view->log();
  Side side;
  side.bytes = BytesOfSuccession(log);
  ASSIGN_OR_RETURN(side.room, reader.TakeRoom(side.bytes, part, held));
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(BytesOfMaking(log), part, held + side.bytes));
  side.succession = SuccessionOf(TraceBag(part.view->traces()));
  return side;
}

absl::Status Compare(Reader& reader, const base::Clock& clock, const CallContext& context,
                     const v1::CompareFootprintsRequest& request,
                     v1::CompareFootprintsResponse* response) {
  ASSIGN_OR_RETURN(const FootprintsCommand command, ToCommand(request));
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  Side first, other;
  {
    ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.selection));
    Tell(part, response);
    ASSIGN_OR_RETURN(first, SideOf(reader, part, 0));
  }
  RETURN_IF_ERROR(keep_on());
  if (command.model.has_value()) {
    other.succession = conformance::SuccessionOf(*command.model);  // bounded by the request
  } else {  // after the first, so that their copies of the log are not in memory together
    ASSIGN_OR_RETURN(const SelectedView part,
                     reader.Select(context, whole, command.other, first.bytes));
    if (part.summary.has_value()) *response->mutable_other_selection() = *part.summary;
    ASSIGN_OR_RETURN(other, SideOf(reader, part, first.bytes));
  }
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(
      const auto room,
      reader.TakeRoom(BytesOfComparing(first.succession, other.succession, command.max_differences),
                      {}, first.bytes + other.bytes));
  ASSIGN_OR_RETURN(
      const FootprintComparison comparison,
      CompareFootprints(first.succession, other.succession, command.max_differences, keep_on));
  ToProto(first.succession, other.succession, comparison, response);
  return keep_on();
}

}  // namespace

void RegisterConformanceService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  const Kept kept = KeepAlignments(reader);
  table->Unary<v1::CheckConformanceRequest, v1::CheckConformanceResponse>(
      kService, "CheckConformance", "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock, kept](const CallContext& context,
                              const v1::CheckConformanceRequest& request,
                              v1::CheckConformanceResponse* response) -> absl::Status {
        return Check(reader, clock, kept, context, request, response);
      });
  table->Unary<v1::ListDeviatingCasesRequest, v1::ListDeviatingCasesResponse>(
      kService, "ListDeviatingCases", "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock, kept](const CallContext& context,
                              const v1::ListDeviatingCasesRequest& request,
                              v1::ListDeviatingCasesResponse* response) {
        return ListDeviating(reader, clock, kept, context, request, response);
      });
  table->Unary<v1::CompareFootprintsRequest, v1::CompareFootprintsResponse>(
      kService, "CompareFootprints", "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CompareFootprintsRequest& request,
                        v1::CompareFootprintsResponse* response) {
        return Compare(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
