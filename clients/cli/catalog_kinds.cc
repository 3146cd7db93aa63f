// SPDX-License-Identifier: Apache-2.0
//
// Calendars, utilities and steps of the library.
#include "absl/strings/str_cat.h"
#include "clients/cli/planned_state.h"
#include "clients/cli/resource_kinds.h"
#include "clients/cli/standard_kind.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

constexpr StandardWords kCalendarWords = {"calendars/ID", "calendars", "calendar", "Calendar",
                                          "Calendar",     "Calendars", kCalendars};
constexpr StandardWords kUtilityWords = {"utilities/ID", "utilities", "utility", "Utility",
                                         "Utility",      "Utilities", kUtilities};
constexpr StandardWords kStepWords = {"steps/ID", "steps", "step", "StepTemplate",
                                      "Step",     "Steps", kSteps};

class Calendars final : public StandardKind {
 public:
  Calendars() : StandardKind(kCalendarWords, *pb::GetCalendarRequest::descriptor()->file()) {}

  std::vector<std::string> NamedBy(const Message& calendar) const override {
    const std::string& inherits = static_cast<const pb::Calendar&>(calendar).inherits();
    if (inherits.empty()) return {};
    return {inherits};
  }
  absl::StatusOr<Saved> Check(Session& session, const Message& calendar,
                              const PlannedState& planned) const override {
    // What it inherits from may not be there yet, or inherit from this one until it is its turn.
    pb::Calendar alone = static_cast<const pb::Calendar&>(calendar);
    alone.set_inherits(planned.NearestKeptCalendar(alone.inherits()));
    ASSIGN_OR_RETURN(Saved saved, Save(session, alone, {.validate_only = true}));
    static_cast<pb::Calendar&>(*saved.resource)
        .set_inherits(static_cast<const pb::Calendar&>(calendar).inherits());
    return saved;
  }
  void AddTo(PlannedState* planned, const Message& calendar, bool changed) const override {
    if (!changed) return;
    const auto& added = static_cast<const pb::Calendar&>(calendar);
    planned->AddCalendar(added.name().substr(added.name().rfind("calendars/")), added.inherits());
  }
  absl::Status Cycle(const std::string& chain) const override {
    return base::Error(base::Reason::ERROR_REASON_CALENDAR_CYCLE,
                       absl::StrCat("calendars would inherit from themselves: ", chain,
                                    "; take one of these 'inherits' out"))
        .With("chain", chain);
  }
};

class Steps final : public StandardKind {
 public:
  Steps() : StandardKind(kStepWords, *pb::GetStepRequest::descriptor()->file()) {}

  void AddTo(PlannedState* planned, const Message& step, bool changed) const override {
    planned->AddStep(static_cast<const pb::StepTemplate&>(step), changed);
  }
};

}  // namespace

const ResourceKind* CalendarKind() {
  static const auto* const kKind = new Calendars();
  return kKind;
}

const ResourceKind* UtilityKind() {
  static const auto* const kKind =
      new StandardKind(kUtilityWords, *pb::GetUtilityRequest::descriptor()->file());
  return kKind;
}

const ResourceKind* StepKind() {
  static const auto* const kKind = new Steps();
  return kKind;
}

}  // namespace plumbline::cli
