// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

absl::StatusOr<PlanPointer> SqlStore::LoadPlan(Transaction& tx, absl::string_view workspace,
                                               const std::string& plan) {
  if (PlanPointer known = plans_.Get(plan); known != nullptr) return known;
  ASSIGN_OR_RETURN(Rows rows, tx.Query("SELECT content FROM plans WHERE workspace = :workspace AND "
                                       "plan = :plan",
                                       {{"workspace", workspace}, {"plan", plan}}));
  if (rows.empty()) return base::Internal(absl::StrCat("plan ", plan, " is not stored"));
  ASSIGN_OR_RETURN(PlanPointer thawed, Thaw(rows.Text(0, 0)));
  plans_.Put(plan, thawed);
  return thawed;
}

absl::StatusOr<Run> SqlStore::LoadRun(Transaction& tx, absl::string_view workspace,
                                      absl::string_view onboarding) {
  ASSIGN_OR_RETURN(Rows rows, tx.Query("SELECT plan, body FROM onboardings WHERE "
                                       "workspace = :workspace AND onboarding = :onboarding",
                                       {{"workspace", workspace}, {"onboarding", onboarding}}));
  if (rows.empty()) return base::NotFound("Onboarding", OnboardingName(workspace, onboarding));
  ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, workspace, rows.Text(0, 0)));
  return Parse(workspace, onboarding, std::move(plan), rows.Text(0, 1));
}

absl::StatusOr<Run> SqlStore::Load(const CallContext& context, absl::string_view workspace,
                                   absl::string_view onboarding) {
  absl::StatusOr<Run> run = base::Internal("not read");
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) {
    run = LoadRun(tx, workspace, onboarding);
    return run.status();
  }));
  return run;
}

absl::StatusOr<std::vector<Run>> SqlStore::List(const CallContext& context, const RunQuery& query) {
  std::string text =
      "SELECT onboarding, plan, body FROM onboardings WHERE workspace = :workspace AND "
      "onboarding > :after";
  std::vector<sql::Param> params = {{"workspace", query.workspace}, {"after", query.after}};
  if (query.finished.has_value()) {
    text += " AND finished = :finished";
    params.push_back({"finished", int64_t{*query.finished}});
  }
  text += " ORDER BY onboarding LIMIT :limit";
  params.push_back({"limit", int64_t{query.limit}});
  std::vector<Run> runs;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    runs.clear();
    ASSIGN_OR_RETURN(Rows rows, tx.Query(text, absl::MakeConstSpan(params)));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, query.workspace, rows.Text(i, 1)));
      ASSIGN_OR_RETURN(Run run, Parse(query.workspace, rows.Text(i, 0), plan, rows.Text(i, 2)));
      runs.push_back(std::move(run));
    }
    return absl::OkStatus();
  }));
  return runs;
}

namespace {

// Loads each run of an answer once.
class Runs {
 public:
  using Loader = absl::FunctionRef<absl::StatusOr<Run>(const std::string& onboarding)>;
  explicit Runs(Loader loader) : loader_(loader) {}

  absl::StatusOr<RunPointer> Get(const std::string& onboarding) {
    RunPointer& run = runs_[onboarding];
    if (run == nullptr) {
      ASSIGN_OR_RETURN(Run loaded, loader_(onboarding));
      run = std::make_shared<const Run>(std::move(loaded));
    }
    return run;
  }

 private:
  Loader loader_;
  std::map<std::string, RunPointer> runs_;
};

}  // namespace

absl::StatusOr<std::vector<FoundTask>> SqlStore::ListOpenTasks(const CallContext& context,
                                                               const OpenTaskQuery& query) {
  std::string text =
      "SELECT onboarding, step, round FROM open_tasks WHERE workspace = :workspace AND "
      "(onboarding, step, round) > (:onboarding, :step, :round)";
  std::vector<sql::Param> params = {{"workspace", query.workspace},
                                    {"onboarding", query.after.onboarding},
                                    {"step", query.after.step},
                                    {"round", query.after.round}};
  if (!query.resource.empty()) {
    text += " AND resource = :resource";
    params.push_back({"resource", query.resource});
  }
  if (query.state.has_value()) {
    text += " AND state = :state";
    params.push_back({"state", static_cast<int64_t>(*query.state)});
  }
  text += " ORDER BY onboarding, step, round LIMIT :limit";
  params.push_back({"limit", int64_t{query.limit}});
  std::vector<FoundTask> found;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    found.clear();
    auto load = [&](const std::string& id) { return LoadRun(tx, query.workspace, id); };
    Runs runs(load);
    ASSIGN_OR_RETURN(Rows rows, tx.Query(text, absl::MakeConstSpan(params)));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(RunPointer run, runs.Get(rows.Text(i, 0)));
      found.push_back({std::move(run), static_cast<flow::NodeIndex>(rows.Int(i, 1)),
                       static_cast<int>(rows.Int(i, 2))});
    }
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<FoundImpediment>> SqlStore::ListImpediments(
    const CallContext& context, const ImpedimentQuery& query) {
  std::string text =
      "SELECT onboarding, impediment FROM impediments WHERE workspace = :workspace AND "
      "(open_micros, onboarding, impediment) > (:open, :onboarding, :impediment)";
  if (query.open_only) text += " AND resolved = 0";
  text += " ORDER BY open_micros, onboarding, impediment LIMIT :limit";
  std::vector<FoundImpediment> found;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    found.clear();
    auto load = [&](const std::string& id) { return LoadRun(tx, query.workspace, id); };
    Runs runs(load);
    ASSIGN_OR_RETURN(Rows rows, tx.Query(text, {{"workspace", query.workspace},
                                                {"open", query.after.open_micros},
                                                {"onboarding", query.after.onboarding},
                                                {"impediment", query.after.id},
                                                {"limit", int64_t{query.limit}}}));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(RunPointer run, runs.Get(rows.Text(i, 0)));
      found.push_back({std::move(run), rows.Text(i, 1)});
    }
    return absl::OkStatus();
  }));
  return found;
}

}  // namespace plumbline::onboarding
