// SPDX-License-Identifier: Apache-2.0
//
// Random runs of random trees, whose plans are changed at random: whatever is changed, a run is
// what its history makes of its plans, and its enabled tasks are those that its plan and what was
// done say.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/flow/test_edits.h"
#include "common/flow/test_trees.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/deeds.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/engine/plan_edit.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/first_time.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/trees.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr int kRuns = 120;
constexpr int kChanges = 4;
constexpr int kCommands = 12;

class World {
 public:
  explicit World(int seed)
      : random_(static_cast<unsigned>(seed)), tree_(flow::RandomTree(&random_, 4)) {
    // Programs do their steps by themselves, and people only where these fail.
    std::mt19937 days(static_cast<unsigned>(seed));
    Visit(tree_, [&](flow::Node& node) {
      node.step.automation.reset();
      if (node.kind == flow::NodeKind::kStep && days() % 3 == 0)
        node.step.earliest_day = static_cast<int>(days() % 40) - 25;
    });
    Begin(PlanOf(tree_, 1));
  }
  // Changes go among these.
  World(int seed, std::vector<PlanPointer> revisions)
      : random_(static_cast<unsigned>(seed)), revisions_(std::move(revisions)) {
    Begin(revisions_[0]);
  }

  void Work() {
    for (int i = 0; i < kCommands; ++i) {
      now_ += absl::Minutes(Pick(300));
      Keep(TryAnything());
      ExpectHolds();
    }
  }

  // Edits the tree and changes to it, dropping what stands in the way.
  void Change() {
    const flow::Node before = tree_;
    const PlanPointer plan_before = run_->plan;
    std::vector<flow::Edit> edits = EditTree();
    PathMappings mappings;
    Migration migration{.plan = PlanOf(tree_, ++revision_), .map_renamed = Pick(2) == 0};
    const std::string states = States();
    const std::string bytes = Serialize(*run_);
    absl::StatusOr<Entries> changed = Migrate(&migration);
    const bool dropped = !migration.dropped.empty();
    if (!changed.ok()) {
      ++refused;
      EXPECT_EQ(Serialize(*run_), bytes) << "a refused change changed something";
      tree_ = before;
      return;
    }
    ++(dropped ? dropping : taken);
    // What was to be left out and has its turn in the new plan is: that does not come back.
    const bool left_out = std::any_of(
        changed->begin(), changed->end(),
        [](const HistoryEntry& entry) { return entry.kind == EntryKind::kTaskSkipped; });
    Keep(std::move(changed));
    ExpectHolds();
    if (left_out || (!dropped && Loses(edits))) return;
    if (!dropped && Pick(2) == 0) Back(plan_before, before, states);
  }

  // To another of the revisions.
  void ChangeRevision() {
    Migration migration{.plan = revisions_[Pick(revisions_.size())], .map_renamed = Pick(2) == 0};
    const std::string bytes = Serialize(*run_);
    absl::StatusOr<Entries> changed = Migrate(&migration);
    if (!changed.ok()) {
      EXPECT_EQ(Serialize(*run_), bytes) << "a refused change changed something";
      return;
    }
    for (const HistoryEntry& entry : *changed) decided += entry.by_condition;
    Keep(std::move(changed));
    ExpectHolds();
  }

  // Adds or moves a step.
  void Edit() {
    const std::string id = absl::StrCat("own", ++revision_);
    const TaskPlace place = AnyPlace();
    const std::string bytes = Serialize(*run_);
    absl::StatusOr<EditedPlan> edited = Pick(2) == 0 ? AddStep(*run_->plan, flow::Step(id), place)
                                                     : MoveStep(*run_->plan, AnyStep(), place);
    if (!edited.ok()) {
      EXPECT_EQ(base::ReasonOf(edited.status()), base::Reason::ERROR_REASON_FIELD_INVALID)
          << edited.status();
      return;
    }
    Migration migration{.plan = edited->plan,
                        .reason = "own",
                        .kind = EntryKind::kTaskAdded,
                        .task = edited->task,
                        .place = place};
    plans_[edited->plan->id] = edited->plan;
    absl::StatusOr<Entries> changed =
        ChangePlan(*run_, history_, migration, When(now_, "ann"), &report_);
    if (!changed.ok()) {
      EXPECT_EQ(Serialize(*run_), bytes);
      return;
    }
    ++own;
    Keep(std::move(changed));
    ExpectHolds();
  }

  void ExpectReplays() {
    const auto again = Replay(AdaSpec(), first_, history_, plans_);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Serialize(*again), Serialize(*run_));
  }

  static inline int taken = 0, dropping = 0, refused = 0, back = 0, own = 0, decided = 0;

 private:
  size_t Pick(size_t below) { return random_() % below; }

  void Begin(PlanPointer plan) {
    first_ = std::move(plan);
    plans_[first_->id] = first_;
    absl::StatusOr<Started> started = Start(AdaSpec(), first_, When(now_));
    EXPECT_TRUE(started.ok()) << started.status();
    run_.emplace(std::move(started->run));
    history_ = std::move(started->entries);
  }

  template <typename F>
  static void Visit(flow::Node& node, F visit) {
    visit(node);
    for (flow::Node& child : node.children) Visit(child, visit);
  }

  void Keep(absl::StatusOr<Entries> entries) {
    if (!entries.ok()) return;
    history_.insert(history_.end(), entries->begin(), entries->end());
    ExpectFirstTimes(*run_, *entries);
  }

  absl::StatusOr<Entries> TryAnything() {
    const std::vector<TaskView> tasks = Tasks(*run_);
    const TaskView& view = tasks[Pick(tasks.size())];
    const std::string task = TaskId(*run_->plan, view.step, view.round);
    const Occurrence when = When(now_, Pick(2) == 0 ? "ann" : "bob");
    if (!revisions_.empty() && Pick(6) == 0) {
      const char* const amounts[] = {"", "50", "300", "600", "950", "1000"};
      const char* const gifts[] = {"true", "false"};
      return SetAttributes(*run_, {{"amount", amounts[Pick(6)]}, {"gift", gifts[Pick(2)]}}, "news",
                           when);
    }
    const std::vector<flow::OpenDecision> open = run_->progress.OpenDecisions();
    if (!open.empty() && Pick(3) == 0) {
      const flow::OpenDecision& one = open[Pick(open.size())];
      return Decide(*run_, run_->plan->plan.node(one.node).path,
                    one.options[Pick(one.options.size())], "", when);
    }
    switch (Pick(10)) {
      case 0:
        return StartTask(*run_, task, when);
      case 1:
        return SkipTask(*run_, task, "no need", when);
      case 2:
        return BlockTask(*run_, task, {"", Category::kOther, "", "x"}, when);
      case 3:
        return UnblockTask(*run_, task, "", "", when);
      case 4:
        return ClaimTask(*run_, task, true, when);
      case 5:
        return ReopenTask(*run_, history_, task, "wrong", when);
      case 6:
        return VerifyTask(*run_, task, {.accepted = true}, when);
      default:
        return CompleteTask(*run_, task, {.tick_all = true}, when);
    }
  }

  std::vector<flow::Edit> EditTree() {
    flow::Editor editor(&random_, &tree_);
    for (size_t i = 1 + Pick(3); i > 0; --i) editor.TryEdit(/*compatible_only=*/Pick(2) == 0);
    Visit(tree_, [this](flow::Node& node) {
      node.step.automation.reset();
      // Editors begin to count anew.
      if (node.id.starts_with("new") || node.id.starts_with("renamed"))
        node.id = absl::StrCat("r", revision_ + 1, "-", node.id);
    });
    return editor.edits();
  }

  absl::StatusOr<Entries> Migrate(Migration* migration) {
    migration->reason = "news";
    plans_[migration->plan->id] = migration->plan;
    // What is dropped may leave more behind without its place.
    for (int attempt = 0;; ++attempt) {
      absl::StatusOr<Entries> changed =
          ChangePlan(*run_, history_, *migration, When(now_, "ann"), &report_);
      if (changed.ok()) return changed;
      EXPECT_EQ(base::ReasonOf(changed.status()), base::Reason::ERROR_REASON_PLAN_CHANGE_REFUSED)
          << changed.status();
      if (attempt == 0 && Pick(2) == 0) return changed;
      if (attempt > 20) {
        ADD_FAILURE() << "it cannot be dropped: " << changed.status();
        return changed;
      }
      for (const auto id : absl::StrSplit(base::MetadataOf(changed.status(), "begun"), ',')) {
        std::string text(id);
        if (std::find(migration->dropped.begin(), migration->dropped.end(), text) ==
            migration->dropped.end())
          migration->dropped.push_back(std::move(text));
      }
    }
  }

  // Whether a change forgets what people decided: what is not optional any more is not asked for.
  bool Loses(const std::vector<flow::Edit>& edits) const {
    const bool optional = std::any_of(edits.begin(), edits.end(), [](const flow::Edit& edit) {
      return edit.kind == flow::DifferenceKind::kOptional;
    });
    return optional || std::any_of(report_.decisions.begin(), report_.decisions.end(),
                                   [](const DecisionFate& fate) { return fate.decision.empty(); });
  }

  // To the plan before: everything is as it was.
  void Back(const PlanPointer& plan, const flow::Node& tree, const std::string& states) {
    PathMappings mappings;
    for (const HistoryEntry& entry : history_) {
      if (entry.plan_change.has_value() && entry.sequence > run_->plan_sequence - 50) {
        mappings.clear();
        for (const auto& [old, path] : entry.plan_change->mappings) mappings.emplace(path, old);
      }
    }
    Migration migration{.plan = plan, .mappings = mappings, .reason = "back"};
    absl::StatusOr<Entries> changed =
        ChangePlan(*run_, history_, migration, When(now_, "ann"), &report_);
    ASSERT_TRUE(changed.ok()) << changed.status();
    Keep(std::move(changed));
    ExpectHolds();
    EXPECT_EQ(States(), states);
    tree_ = tree;
    ++back;
  }

  std::string States() const {
    std::string text = run_->progress.Serialize();
    for (const TaskView& view : Tasks(*run_))
      absl::StrAppend(&text, " ", TaskId(*run_->plan, view.step, view.round), "=",
                      Name(view.state));
    return text;
  }

  std::string AnyStep() {
    const std::vector<TaskView> tasks = Tasks(*run_);
    return run_->plan->plan.node(tasks[Pick(tasks.size())].step).path;
  }

  TaskPlace AnyPlace() {
    const auto side = static_cast<TaskPlace::Side>(Pick(4));
    if (side == TaskPlace::Side::kAtEnd) return {};
    const flow::Plan& plan = run_->plan->plan;
    return {side, plan.node(static_cast<int>(Pick(static_cast<size_t>(plan.size())))).path};
  }

  // Invariants of run.h.
  void ExpectHolds() {
    const onboarding::Run& run = *run_;
    std::set<flow::NodeIndex> open;
    std::map<flow::NodeIndex, int> rounds;
    for (const TaskRecord& task : run.tasks) {
      const std::string id = TaskId(*run.plan, task.step, task.round);
      EXPECT_EQ(task.round, ++rounds[task.step]) << id;
      EXPECT_EQ(task.blocked_since.has_value(), !OpenImpediments(run, id).empty()) << id;
      if (IsOpen(task)) {
        EXPECT_TRUE(open.insert(task.step).second) << id;
      }
    }
    const std::vector<flow::NodeIndex> enabled = run.progress.EnabledSteps();
    EXPECT_EQ(open, std::set<flow::NodeIndex>(enabled.begin(), enabled.end()));
    EXPECT_EQ(run.decisions.size(), run.progress.OpenDecisions().size());
    EXPECT_EQ(run.finish_time.has_value(), run.progress.finished());
    const flow::Decider decider(run.plan->plan, run.plan->conditions, run.attributes);
    for (const flow::OpenDecision& decision : run.progress.OpenDecisions()) {
      const std::string option = decider.Ask(decision).option;
      EXPECT_TRUE(option.empty() || option == flow::kAgain) << option;
    }
    const absl::StatusOr<Fold> fold = FoldHistory(run, history_);
    ASSERT_TRUE(fold.ok()) << fold.status();
    EXPECT_EQ(fold->progress.Serialize(), run.progress.Serialize());
    const auto parsed = Parse("acme", "ada", run.plan, Serialize(run));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(Serialize(*parsed), Serialize(run));
  }

  std::mt19937 random_;
  std::vector<PlanPointer> revisions_;
  flow::Node tree_;
  absl::Time now_ = At("2026-02-20T09:00:00Z");
  int revision_ = 1;
  PlanPointer first_;
  std::map<std::string, PlanPointer> plans_;
  std::optional<onboarding::Run> run_;
  Entries history_;
  MigrationReport report_;
};

TEST(MigrateModel, ARunIsWhatItsHistoryMakesOfItsPlans) {
  for (int seed = 0; seed < kRuns; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int i = 0; i < kChanges; ++i) {
      world.Work();
      world.Change();
      if (::testing::Test::HasFailure()) return;
    }
    world.Work();
    world.ExpectReplays();
    if (::testing::Test::HasFailure()) return;
  }
  // The test would prove little if nothing of this happened.
  EXPECT_GT(World::taken, kRuns);
  EXPECT_GT(World::dropping, kRuns / 4);
  EXPECT_GT(World::refused, kRuns / 10);
  EXPECT_GT(World::back, kRuns / 4);
}

// Revisions of Deal whose conditions, branches and parts differ.
std::vector<PlanPointer> Deals() {
  const auto revision = [](int number, auto edit) {
    catalog::v1::Process process = Deal();
    process.set_name(absl::StrCat("workspaces/acme/processes/deal@", number));
    edit(*process.mutable_root()->mutable_sequence());
    return PlanOf({process, Check()});
  };
  const auto gift_first = [](catalog::v1::Sequence& all) {
    all.mutable_nodes()->SwapElements(0, 1);
    all.mutable_nodes(1)->mutable_choice()->mutable_nodes(0)->set_condition("amount > 700");
  };
  const auto without_director = [](catalog::v1::Sequence& all) {
    all.mutable_nodes(0)->mutable_choice()->mutable_nodes()->DeleteSubrange(1, 1);
    all.mutable_nodes(2)->mutable_loop()->set_leave_when("amount <= 500");
  };
  const auto without_loops = [](catalog::v1::Sequence& all) {
    all.mutable_nodes()->DeleteSubrange(2, 2);
    all.mutable_nodes(2)->set_id("audit");  // the call
    all.mutable_nodes(1)->clear_optional();
    all.mutable_nodes(1)->clear_condition();
  };
  return {PlanOf({Deal(), Check()}), revision(2, gift_first), revision(3, without_director),
          revision(4, without_loops)};
}

TEST(MigrateModel, AndSoIsOneThatConditionsDecide) {
  const std::vector<PlanPointer> revisions = Deals();
  for (int seed = 0; seed < kRuns; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed, revisions);
    for (int i = 0; i < kChanges; ++i) {
      world.Work();
      world.ChangeRevision();
      if (::testing::Test::HasFailure()) return;
    }
    world.Work();
    world.ExpectReplays();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(World::decided, kRuns / 4);
}

TEST(MigrateModel, AndSoIsOneWithAPlanOfItsOwn) {
  for (int seed = 0; seed < kRuns; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed + 10'000);
    for (int i = 0; i < kChanges; ++i) {
      world.Work();
      world.Edit();
      if (::testing::Test::HasFailure()) return;
    }
    world.Work();
    world.ExpectReplays();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(World::own, kRuns);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
