// SPDX-License-Identifier: Apache-2.0
//
// Pages of lists: cut in the tables of store_sql_index.h, filled from the bodies of their runs.
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/ramp/readiness.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/moment.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using expr::Column;
using listing::Table;
using listing::TableSpec;
using sql::Rows;
using sql::Transaction;

// A column of the on-boarding of a row under the short name `row`.
Column OfOnboarding(absl::string_view column, absl::string_view row) {
  return {.sql = absl::StrCat("(SELECT a.", column, " FROM onboardings a WHERE a.workspace = ", row,
                              ".workspace AND a.onboarding = ", row, ".onboarding)")};
}

Column LabelsOf(absl::string_view row) {
  return {.sql = "l.value",
          .rows = absl::StrCat("onboarding_labels l WHERE l.workspace = ", row,
                               ".workspace AND l.onboarding = ", row, ".onboarding"),
          .key = "l.label"};
}

constexpr char kJoinRun[] =
    "JOIN onboardings o ON o.workspace = :workspace AND o.onboarding = k.onboarding";

constexpr char kIsBlocked[] =
    " AND EXISTS (SELECT 1 FROM impediments b WHERE b.workspace = i.workspace AND "
    "b.onboarding = i.onboarding AND b.resolved = 0)";

TableSpec OnboardingSpec(bool in_state, bool blocked) {
  return {.from = "onboardings i",
          .where = absl::StrCat("i.workspace = :workspace", in_state ? " AND i.state = :state" : "",
                                blocked ? kIsBlocked : ""),
          .keys = "i.onboarding AS onboarding",
          .select = "k.onboarding, o.plan, o.body",
          .selected = 3,
          .join = kJoinRun,
          .columns = {{"name", {.sql = "i.onboarding"}},
                      {"person", {.sql = "i.person"}},
                      {"process", {.sql = "i.process"}},
                      {"state", {.sql = "i.state"}},
                      {"day_one", {.sql = "i.day_one"}},
                      {"start_time", {.sql = "i.start_time"}},
                      {"risk_time", {.sql = "i.risk", .floor = "i.risk_from"}},
                      {"labels", LabelsOf("i")}},
          .key = {{"name", false}}};
}

const Table& OnboardingTable(bool in_state, bool blocked) {
  static const auto& tables =
      *new std::vector<Table>{Table(OnboardingSchema(), OnboardingSpec(false, false)),
                              Table(OnboardingSchema(), OnboardingSpec(false, true)),
                              Table(OnboardingSchema(), OnboardingSpec(true, false)),
                              Table(OnboardingSchema(), OnboardingSpec(true, true))};
  return tables[static_cast<size_t>(2 * in_state + blocked)];
}

TableSpec TaskSpec(bool of_resource, bool in_state) {
  return {.from = "open_tasks t",
          .where = absl::StrCat("t.workspace = :workspace",
                                of_resource ? " AND t.resource = :resource" : "",
                                in_state ? " AND t.state = :state" : ""),
          .keys = "t.onboarding AS onboarding, t.step AS step, t.round AS round",
          .select = "k.onboarding, k.step, k.round, o.plan, o.body",
          .selected = 5,
          .join = kJoinRun,
          .columns = {{"state",
                       {.sql = "(CASE t.state WHEN 2 THEN 'STATE_READY' WHEN 3 THEN "
                               "'STATE_IN_PROGRESS' ELSE 'STATE_AWAITING_VERIFICATION' END)"}},
                      {"assignee", {.sql = "t.assignee"}},
                      {"role", {.sql = "t.role"}},
                      {"resource", {.sql = "t.resource"}},
                      {"step", {.sql = "t.path"}},
                      {"due_time", {.sql = "t.due"}},
                      {"ready_time", {.sql = "t.ready"}},
                      {"waiver", {.sql = "t.waiver"}},
                      {"onboarding", {.sql = "t.onboarding"}},
                      {"person", OfOnboarding("person", "t")},
                      {"process", OfOnboarding("process", "t")},
                      {"onboarding.state", OfOnboarding("state", "t")},
                      {"place", {.sql = "t.step"}},
                      {"round", {.sql = "t.round"}},
                      {"labels", LabelsOf("t")}},
          .key = {{"due_time", false}, {"onboarding", false}, {"place", false}, {"round", false}}};
}

const Table& TaskTable(bool of_resource, bool in_state) {
  static const auto& tables = *new std::vector<Table>{
      Table(TaskSchema(), TaskSpec(false, false)), Table(TaskSchema(), TaskSpec(false, true)),
      Table(TaskSchema(), TaskSpec(true, false)), Table(TaskSchema(), TaskSpec(true, true))};
  return tables[static_cast<size_t>(2 * of_resource + in_state)];
}

TableSpec ImpedimentSpec(bool open_only) {
  return {.from = "impediments i",
          .where = absl::StrCat("i.workspace = :workspace", open_only ? " AND i.resolved = 0" : ""),
          .keys = "i.onboarding AS onboarding, i.impediment AS impediment",
          .select = "k.onboarding, k.impediment, o.plan, o.body",
          .selected = 4,
          .join = kJoinRun,
          .columns = {{"category", {.sql = "i.category"}},
                      {"utility", {.sql = "i.utility"}},
                      {"onboarding", {.sql = "i.onboarding"}},
                      {"task", {.sql = "i.task"}},
                      {"open", {.sql = "(1 - i.resolved)"}},
                      {"open_time", {.sql = "i.open_micros"}},
                      {"impediment", {.sql = "i.impediment"}},
                      {"record", {.sql = "i.record"}}},
          .key = {{"open_time", false}, {"onboarding", false}, {"impediment", false}}};
}

// A run of a page, with what makes its tasks.
struct RunOfPage {
  RunOfPage(StoredRun of, absl::Time now)
      : run(std::move(of)), messages(run.without_tasks(), run.course(), now) {}

  absl::StatusOr<v1::Task> Task(flow::NodeIndex step, int round) const {
    ASSIGN_OR_RETURN(const TaskRecord record, run.ReadTask(step, round));
    return messages.Make({step, round, record.state, &record});
  }

  const StoredRun run;
  const TaskMessages messages;
};

// Whether `status` is that of a run, and `count`, where such are passed over, counts it.
bool PassesOver(const absl::Status& status, int* count) {
  if (status.ok() || count == nullptr || IsOfTheMoment(status)) return false;
  ++*count;
  return true;
}

}  // namespace

absl::StatusOr<std::string> SqlStore::ReadRuns(const CallContext& context,
                                               const OnboardingQuery& query,
                                               absl::FunctionRef<void()> begin,
                                               absl::FunctionRef<size_t(Run)> take) {
  const Table& table = OnboardingTable(!query.state.empty(), query.blocked);
  std::vector<sql::Param> params = {{"workspace", query.workspace}};
  if (!query.state.empty()) params.push_back({"state", query.state});
  std::string next;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    begin();
    if (query.passed_over != nullptr) *query.passed_over = 0;
    const auto parse = [&](const Rows& rows, size_t row) -> absl::StatusOr<Run> {
      ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, query.workspace, rows.Text(row, 1)));
      return ParseRun(tx, query.workspace, rows.Text(row, 0), std::move(plan), rows.Text(row, 2));
    };
    const auto read = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      absl::StatusOr<Run> run = parse(rows, row);
      if (PassesOver(run.status(), query.passed_over)) return size_t{0};
      RETURN_IF_ERROR(run.status());
      return take(*std::move(run));
    };
    ASSIGN_OR_RETURN(next, table.Read(tx, absl::MakeConstSpan(params), query.list, read));
    return absl::OkStatus();
  }));
  return next;
}

absl::StatusOr<listing::Page<v1::Onboarding>> SqlStore::ListOnboardings(
    const CallContext& context, const OnboardingQuery& query) {
  listing::Page<v1::Onboarding> page;
  const auto begin = [&] { page.rows.clear(); };
  const auto take = [&](Run run) {
    page.rows.push_back(ToProto(run));
    SetStanding(run, query.now, &page.rows.back());
    return page.rows.back().ByteSizeLong();
  };
  ASSIGN_OR_RETURN(page.next, ReadRuns(context, query, begin, take));
  return page;
}

absl::StatusOr<listing::Page<Run>> SqlStore::ListRuns(const CallContext& context,
                                                      const OnboardingQuery& query) {
  listing::Page<Run> page;
  const auto begin = [&] { page.rows.clear(); };
  const auto take = [&](Run run) {
    page.rows.push_back(std::move(run));
    return size_t{0};  // they are not sent
  };
  ASSIGN_OR_RETURN(page.next, ReadRuns(context, query, begin, take));
  return page;
}

absl::StatusOr<listing::Page<v1::Task>> SqlStore::ListOpenTasks(const CallContext& context,
                                                                const OpenTaskQuery& query) {
  std::vector<sql::Param> params = {{"workspace", query.workspace}};
  if (!query.resource.empty()) params.push_back({"resource", query.resource});
  if (query.state.has_value()) params.push_back({"state", static_cast<int64_t>(*query.state)});
  const Table& table = TaskTable(!query.resource.empty(), query.state.has_value());
  listing::Page<v1::Task> page;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    page = {};
    if (query.passed_over != nullptr) *query.passed_over = 0;
    std::map<std::string, std::unique_ptr<const RunOfPage>> runs;
    const auto make = [&](const Rows& rows, size_t row) -> absl::StatusOr<v1::Task> {
      std::unique_ptr<const RunOfPage>& of = runs[rows.Text(row, 0)];
      if (of == nullptr) {
        ASSIGN_OR_RETURN(StoredRun run, ParseStored(tx, query.workspace, rows.Text(row, 0),
                                                    rows.Text(row, 3), rows.Text(row, 4)));
        of = std::make_unique<const RunOfPage>(std::move(run), query.now);
      }
      return of->Task(static_cast<flow::NodeIndex>(rows.Int(row, 1)),
                      static_cast<int>(rows.Int(row, 2)));
    };
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      absl::StatusOr<v1::Task> task = make(rows, row);
      if (PassesOver(task.status(), query.passed_over)) return size_t{0};
      RETURN_IF_ERROR(task.status());
      page.rows.push_back(*std::move(task));
      return page.rows.back().ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx, absl::MakeConstSpan(params), query.list, take));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<listing::Page<v1::Impediment>> SqlStore::ListImpediments(
    const CallContext& context, const ImpedimentQuery& query) {
  static const auto& all = *new Table(ImpedimentSchema(), ImpedimentSpec(false));
  static const auto& open = *new Table(ImpedimentSchema(), ImpedimentSpec(true));
  const sql::Param params[] = {{"workspace", query.workspace}};
  listing::Page<v1::Impediment> page;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    page = {};
    std::map<std::string, StoredRun> runs;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      auto of = runs.find(rows.Text(row, 0));
      if (of == runs.end()) {
        ASSIGN_OR_RETURN(StoredRun loaded, ParseStored(tx, query.workspace, rows.Text(row, 0),
                                                       rows.Text(row, 2), rows.Text(row, 3)));
        of = runs.emplace(rows.Text(row, 0), std::move(loaded)).first;
      }
      const Run& run = of->second.without_tasks();
      for (const Impediment& impediment : run.impediments) {
        if (impediment.id != rows.Text(row, 1)) continue;
        page.rows.push_back(ToProto(impediment, run.spec));
        return page.rows.back().ByteSizeLong();
      }
      return base::Internal("an impediment of an index that its run does not have");
    };
    ASSIGN_OR_RETURN(page.next, (query.open_only ? open : all).Read(tx, params, query.list, take));
    return absl::OkStatus();
  }));
  return page;
}

}  // namespace plumbline::onboarding
