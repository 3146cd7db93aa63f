// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/rpc.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <vector>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/service/convert.h"
#include "services/analytics/conformance/variant_log.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.ConformanceService";
constexpr int kThreads = 2;
// What is left of the time of a call for its answer.
constexpr absl::Duration kForTheAnswer = absl::Milliseconds(50);
// Of its variants, in several copies, and of how each is explained; of a move of the model alone.
constexpr int64_t kBytesOfAnEvent = 40, kBytesOfAVariant = 200, kBytesOfAMove = 8;
// The place of a case's variant, where a part is checked.
constexpr int64_t kBytesOfACase = 4;
// What the search may take of the room for parts, so that several checks go on at a time.
constexpr int64_t kShareOfTheRoom = 8;

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

absl::Status Check(Reader& reader, const base::Clock& clock, const CallContext& context,
                   const v1::CheckConformanceRequest& request,
                   v1::CheckConformanceResponse* response) {
  ASSIGN_OR_RETURN(const CheckCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, view, command.selection));
  const conformance::VariantLog log =
      conformance::VariantLogOf(part.view->traces(), part.view->variants());
  const conformance::CheckSize size = conformance::SizeOf(command.model, log);
  const auto events = static_cast<int64_t>(size.events);
  conformance::CheckOptions options;
  options.method = command.method;
  options.replay.ignore_unknown = command.ignore_unknown;
  options.align.threads = kThreads;
  const int64_t searching =
      conformance::FitInto(reader.room_bytes() / kShareOfTheRoom, size, options);
  const int64_t of_a_variant = kBytesOfAVariant + static_cast<int64_t>(size.nodes) * kBytesOfAMove;
  const auto cases =
      static_cast<int64_t>(view->log()->case_count() + part.view->log()->case_count());
  ASSIGN_OR_RETURN(
      const auto room,
      reader.TakeRoom(events * kBytesOfAnEvent + cases * kBytesOfACase +
                          static_cast<int64_t>(size.variants) * of_a_variant + searching,
                      part));
  const absl::Time end = std::min(clock.Now() + conformance::SearchTime(command.budget, events),
                                  context.deadline - kForTheAnswer);
  options.align.expired = [&] { return clock.Now() >= end || context.cancelled->load(); };
  options.replay.expired = options.align.expired;
  ASSIGN_OR_RETURN(const conformance::CheckResult result,
                   conformance::Check(command.model, log, options));
  RETURN_IF_ERROR(context.Check(clock.Now()));
  ToProto(result, RanksOf(*view, *part.view), command.max_variants, response);
  Tell(part, response);
  return absl::OkStatus();
}

}  // namespace

void RegisterConformanceService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::CheckConformanceRequest, v1::CheckConformanceResponse>(
      kService, "CheckConformance", "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CheckConformanceRequest& request,
                        v1::CheckConformanceResponse* response) -> absl::Status {
        return Check(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
