// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/not_known.h"
#include "clients/cli/organization_command.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

std::string Share(int64_t part, int64_t whole) {
  return whole == 0 ? "" : Percent(static_cast<double>(part) / static_cast<double>(whole));
}

void PrintOmitted(const pb::Omitted& omitted, absl::string_view what, const Paper& paper) {
  if (omitted.count() == 0) return;
  paper.out << "and " << Count(omitted.count()) << " more " << what << " with "
            << Percent(omitted.share()) << "\n";
}

void PrintTogether(const pb::GetHandoversResponse& handovers, const Paper& paper) {
  Table table({"~one", "~other", ">cases", ">of the one's", ">of the other's"});
  table.BreakLines();
  for (const pb::WorkingTogether& pair : handovers.working_together()) {
    table.Add({Printable(pair.first()), Printable(pair.second()), Count(pair.case_count()),
               Percent(pair.first_share()), Percent(pair.second_share())});
  }
  table.Print(paper, 0);
  PrintOmitted(handovers.omitted_working_together(), "pairs", paper);
}

void PrintParts(const pb::GetHandoversResponse& handovers, const Paper& paper) {
  paper.out << "\nWho gives and receives\n";
  Table table({"~who", ">gives", ">receives", ">keeps"});
  for (const pb::HandoverPart& part : handovers.performers()) {
    table.Add({Printable(part.performer()), Count(part.given_count()), Count(part.received_count()),
               Count(part.kept_count())});
  }
  table.Print(paper, 0);
  PrintOmitted(handovers.omitted_performers(), "people or teams", paper);
}

// Of so many items the test sees what nobody would notice: a direction is told where it is sure and
// large enough to speak of (Cohen 1988: 0.1 is small).
std::string EffectWords(const pb::LoadEffect& effect) {
  constexpr double kSure = 0.01, kSmall = 0.1;
  const bool sure = effect.p_value() < kSure, small = std::abs(effect.correlation()) < kSmall;
  const char* const words = !sure                      ? "No relation of load and time is shown"
                            : small                    ? "Load and time hardly go together"
                            : effect.correlation() > 0 ? "More load goes with slower work"
                                                       : "More load goes with faster work";
  // Not "-0.00".
  const double shown = std::round(effect.correlation() * 100) / 100 + 0.0;
  return absl::StrCat(
      words, absl::StrFormat(": rank correlation %.2f, p ", shown),
      effect.p_value() < 0.001 ? "< 0.001" : absl::StrFormat("= %.3f", effect.p_value()), ", ",
      Number(effect.item_count(), "item", "items"));
}

void PrintEffect(const pb::LoadEffect& effect, const Paper& paper) {
  if (effect.bins().empty()) return;
  paper.out << "\nTime by load (" << (effect.by_service_time() ? "of work" : "from ready to done")
            << "; load: what the same person or team had in " << Span(effect.load_horizon())
            << " before)\n";
  Table table({">load", ">items", ">median", ">90 % within"});
  for (const pb::LoadBin& bin : effect.bins()) {
    table.Add({bin.min_load() == bin.max_load()
                   ? Count(bin.min_load())
                   : absl::StrCat(Count(bin.min_load()), " to ", Count(bin.max_load())),
               Count(bin.item_count()), absl::StrFormat("%.2f of usual", bin.median_ratio()),
               absl::StrFormat("%.2f", bin.p90_ratio())});
  }
  table.Print(paper, 0);
  if (!effect.has_correlation()) return;
  paper.out << EffectWords(effect) << "\n";
}

void PrintPeriods(const pb::GetWorkloadResponse& workload, const Paper& paper,
                  const absl::TimeZone& zone) {
  if (workload.periods().empty()) return;
  paper.out << "\nOver time\n";
  Table table({absl::StrCat("from (", zone.name(), ")"), ">items", ">people or teams",
               ">cases at a time", "?>busy"});
  for (const pb::LoadPeriod& period : workload.periods()) {
    table.Add({WhenIn(zone, period.start_time()), Count(period.item_count()),
               Count(period.performer_count()), Tenths(period.mean_open_case_count()),
               period.has_busy_seconds() ? Span(period.busy_seconds()) : ""});
  }
  table.Print(paper, 0);
}

std::string Kinds(const pb::BatchWork& work) {
  return absl::StrCat(Count(work.simultaneous_count()), " / ", Count(work.sequential_count()),
                      " / ", Count(work.concurrent_count()));
}

std::string KindOf(pb::Batch::Kind kind) {
  return kind == pb::Batch::KIND_SIMULTANEOUS ? "together"
         : kind == pb::Batch::KIND_SEQUENTIAL ? "one by one"
                                              : "overlapping";
}

// Why no pair is told.
void PrintNobody(const pb::GetHandoversResponse& handovers, int64_t steps, const Paper& paper) {
  const std::string why =
      handovers.unknown_count() == steps
          ? "Nothing says who did these steps: no event has a resource, or the attribute of --by. "
            "Name the attribute that says it with --by; if the file has such a column, import it "
            "again with --replace and --resource-column, or keep it with --attribute."
          : "Nobody hands over to somebody else: each case stays with one person or team. What "
            "goes "
            "on with the same one is shown with --kept.";
  paper.out << Wrap(why, paper.width, 0) << "\n";
}

}  // namespace

void PrintHandovers(const pb::GetHandoversResponse& handovers, const Paper& paper) {
  if (!handovers.working_together().empty()) return PrintTogether(handovers, paper);
  const SpanWords span(paper);
  const int64_t steps =
      handovers.handover_count() + handovers.kept_count() + handovers.unknown_count();
  if (steps == 0) {
    paper.out << "No case has two steps that follow each other, so that nothing could be handed "
                 "over.\n";
    return;
  }
  std::string text = absl::StrCat(
      Count(handovers.handover_count()), " of ", Count(steps), " steps (",
      Share(handovers.handover_count(), steps), ") are handovers, in ",
      Number(handovers.case_count(), "case", "cases"), "; median wait ",
      handovers.has_wait() ? span(handovers.wait().median()) : NotKnown("wait", handovers.absent()),
      ". ", Count(handovers.kept_count()), " stay with the same");
  if (handovers.unknown_count() > 0)
    absl::StrAppend(&text, ", of ", Count(handovers.unknown_count()), " it is not known");
  paper.out << Wrap(text + ".", paper.width, 0) << "\n\n";
  if (handovers.handovers().empty()) return PrintNobody(handovers, steps, paper);
  Table table({"~from", "~to", ">count", ">cases", "=median wait", "=90 % within"});
  table.BreakLines();
  for (const pb::Handover& pair : handovers.handovers()) {
    table.Add({Printable(pair.from()), Printable(pair.to()), Count(pair.count()),
               Count(pair.case_count()), TimeCell(Seconds(pair.wait().median())),
               TimeCell(Seconds(pair.wait().p90()))});
  }
  table.Print(paper, 0);
  PrintOmitted(handovers.omitted_handovers(), "pairs", paper);
  PrintParts(handovers, paper);
}

void PrintWorkload(const pb::GetWorkloadResponse& workload, const Paper& paper) {
  PrintWorkload(workload, paper, absl::UTCTimeZone());
}

void PrintWorkload(const pb::GetWorkloadResponse& workload, const Paper& paper,
                   const absl::TimeZone& zone) {
  if (workload.performers().empty()) {
    paper.out << "Nobody is named: no event has a resource, or the attribute of --by.\n";
    return;
  }
  const std::string lacks = workload.has_starts() ? "not known" : "";
  Table table({"~who", ">items", ">cases", ">days", ">a day", ">a week", ">cases at a time",
               ">at most", "?>median work", "?>busy"});
  table.BreakLines();
  for (const pb::PerformerLoad& load : workload.performers()) {
    table.Add({Printable(load.performer()), Count(load.item_count()), Count(load.case_count()),
               Count(load.active_day_count()), Tenths(load.items_per_active_day()),
               Tenths(load.items_per_week()), Tenths(load.mean_open_case_count()),
               Count(load.max_open_case_count()),
               load.has_service() ? Span(load.service().median()) : lacks,
               load.has_utilisation() ? Percent(load.utilisation()) : lacks});
  }
  table.Print(paper, 0);
  PrintOmitted(workload.omitted_performers(), "people or teams", paper);
  if (workload.unassigned_count() > 0) {
    paper.out << Number(workload.unassigned_count(), "item is", "items are")
              << " nobody's and not counted\n";
  }
  PrintPeriods(workload, paper, zone);
  PrintEffect(workload.load_effect(), paper);
  PrintNotKnown(workload.absent(), paper);
}

void PrintBatches(const pb::GetBatchesResponse& batches, const Paper& paper) {
  const pb::BatchWork& total = batches.total();
  if (total.item_count() == 0) {
    paper.out << "No item is done by anybody who is named.\n";
    return;
  }
  std::string words = absl::StrCat(Count(total.batched_item_count()), " of ",
                                   Number(total.item_count(), "item", "items"));
  if (total.has_batched_share()) absl::StrAppend(&words, " (", Percent(total.batched_share()), ")");
  absl::StrAppend(&words, " are done in ", Number(total.batch_count(), "batch", "batches"));
  if (total.batch_count() > 0) {
    absl::StrAppend(&words, absl::StrFormat(" of %.1f on average", total.mean_size()),
                    "; until all of a batch was ready they waited ",
                    Span(total.gathering_seconds()));
  }
  paper.out << Wrap(words + ".", paper.width, 0) << "\n";
  if (total.batch_count() == 0) return;
  paper.out << "\n";
  Table table({"~activity", "~who", ">in batches", ">share", ">batches", ">mean size", ">gathering",
               "?together / one by one / overlapping"});
  table.BreakLines();
  for (const pb::BatchWork& entry : batches.entries()) {
    if (entry.batch_count() == 0) continue;
    table.Add({Printable(entry.activity()), Printable(entry.performer()),
               Count(entry.batched_item_count()), Percent(entry.batched_share()),
               Count(entry.batch_count()), Tenths(entry.mean_size()),
               Span(entry.gathering_seconds()), Kinds(entry)});
  }
  table.Print(paper, 0);
  PrintOmitted(batches.omitted_entries(), "rows", paper);
  paper.out << "\nThe largest\n";
  Table largest({"~activity", "~who", "from", "to", ">items", ">cases", "how"});
  largest.BreakLines();
  for (const pb::Batch& batch : batches.largest_batches()) {
    largest.Add({Printable(batch.activity()), Printable(batch.performer()),
                 When(batch.start_time()), When(batch.end_time()), Count(batch.size()),
                 Count(batch.case_count()), KindOf(batch.kind())});
  }
  largest.Print(paper, 0);
}

}  // namespace plumbline::cli
