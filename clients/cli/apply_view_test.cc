// SPDX-License-Identifier: Apache-2.0
//
// What plans and impacts look like.
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "clients/cli/impact_view.h"
#include "clients/cli/message_changes.h"
#include "clients/cli/resource_kind.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/catalog/v1/utility.pb.h"

namespace plumbline::cli {
namespace {

TEST(MessageChanges, TellsFieldsListsAndMaps) {
  catalog::v1::Utility before;
  before.set_title("CRM");
  before.set_owner("it");
  before.mutable_uptime_target()->set_availability(0.99);
  (*before.mutable_labels())["area"] = "sales";
  (*before.mutable_labels())["old"] = "x";
  catalog::v1::Utility after = before;
  after.set_owner("revenue\nsystems");
  after.mutable_uptime_target()->set_availability(0.995);
  after.set_contact("on-call");
  after.mutable_labels()->erase("old");
  (*after.mutable_labels())["area"] = "core";
  (*after.mutable_labels())["new"] = "y";
  EXPECT_EQ(MessageChanges(before, after),
            (std::vector<std::string>{
                "owner: 'it' -> 'revenue systems'", "uptimeTarget.availability: 0.99 -> 0.995",
                "contact: '' -> 'on-call'", "- labels.old", "labels.area.value: 'sales' -> 'core'",
                "+ labels.new: {key: 'new', value: 'y'}"}));
  EXPECT_TRUE(MessageChanges(after, after).empty());
  after.clear_uptime_target();
  EXPECT_EQ(MessageChanges(before, after)[1], "uptimeTarget: {availability: 0.99} -> none");
}

TEST(MessageChanges, TellsElementsApartByTheirIds) {
  catalog::v1::Step before;
  before.add_utilities("crm");
  for (const char* id : {"a", "b", "c"}) {
    before.add_checklist()->set_id(id);
    before.mutable_checklist(before.checklist_size() - 1)->set_title("Title");
  }
  catalog::v1::Step after = before;
  after.add_utilities("mail");
  after.mutable_checklist()->SwapElements(0, 2);
  EXPECT_EQ(MessageChanges(before, after),
            (std::vector<std::string>{"utilities: ['crm'] -> ['crm', 'mail']",
                                      "checklist: in another order"}));
  after = before;
  after.mutable_checklist(1)->set_title("Other");
  after.mutable_checklist()->RemoveLast();
  EXPECT_EQ(MessageChanges(before, after),
            (std::vector<std::string>{"- checklist[c]", "checklist[b].title: 'Title' -> 'Other'"}));
}

TEST(ResourceKinds, AreKnownByTheirNames) {
  struct Row {
    const char* name;
    const char* collection;  // "" = none
  };
  for (const Row& row :
       {Row{"processes/x", "processes"}, Row{"utilities/x", "utilities"}, Row{"steps/x@1", "steps"},
        Row{"workspaces/w/utilities/x", "utilities"}, Row{"processes/x@3", "processes"},
        Row{"people/ada@example.com", "people"}, Row{"processes/x/tags/stable", "tags"},
        Row{"workspaces/w/processes/x/tags/y", "tags"}, Row{"catalogPolicy", "catalogPolicy"},
        Row{"workspaces/w/catalogPolicy", "catalogPolicy"}, Row{"tags/x", ""},
        Row{"workspaces/w", ""}, Row{"utilites/x", ""}, Row{"processes", ""},
        Row{"processes/x/steps/y", ""}, Row{"", ""}}) {
    const ResourceKind* kind = KindOf(row.name);
    EXPECT_STREQ(kind == nullptr ? "" : kind->collection(), row.collection) << row.name;
  }
}

TEST(ImpactView, IsATreeOfWhatIsReachedThroughWhat) {
  catalog::v1::AnalyzeImpactResponse impact;
  impact.set_name("workspaces/w/utilities/crm");
  impact.set_title("CRM");
  impact.set_process_count(3);
  impact.mutable_steps()->set_stops(1);
  impact.mutable_steps()->set_waits(2);
  const auto add = [&](const char* name, int depth, catalog::v1::Effect effect) {
    auto* process = impact.add_processes();
    process->set_name(name);
    process->set_title("Title");
    process->set_owner("Owner");
    process->set_latest(true);
    process->set_depth(depth);
    process->set_effect(effect);
    return process;
  };
  auto* desk = add("workspaces/w/processes/desk@1", 1, catalog::v1::EFFECT_STOPS);
  auto* node = desk->add_nodes();
  node->set_id("triage");
  node->set_role("desk");
  node->set_effect(catalog::v1::EFFECT_STOPS);
  node->set_cause("workspaces/w/utilities/crm");
  auto* quote = add("workspaces/w/processes/quote@2", 2, catalog::v1::EFFECT_MAY_STOP);
  node = quote->add_nodes();
  node->set_id("approve");
  node->set_called_process("workspaces/w/processes/desk@1");
  node->set_effect(catalog::v1::EFFECT_MAY_STOP);
  node = quote->add_nodes();
  node->set_id("sign");
  node->set_role("seller");
  node->set_effect(catalog::v1::EFFECT_MAY_WAIT);
  node->set_cause("approve");
  auto* part = add("workspaces/w/processes/part@1", 3, catalog::v1::EFFECT_UNSPECIFIED);
  part->set_called_effect(catalog::v1::EFFECT_WAITS);
  auto* role = impact.add_roles();
  role->set_role("desk");
  role->mutable_steps()->set_stops(1);
  role->set_process_count(1);
  std::ostringstream out;
  PrintImpact(
      impact,
      [](const std::string& name) { return std::string(absl::StripPrefix(name, "workspaces/w/")); },
      [](const std::string&) { return std::vector<std::string>(); },
      [](const std::string&) { return std::nullopt; }, Paper{out});
  EXPECT_EQ(out.str(),
            "utilities/crm  CRM\n"
            "├─ processes/desk@1: stops  (Title; Owner)\n"
            "│  │    triage: stops  (desk)\n"
            "│  └─ processes/quote@2: may stop  (Title; Owner)\n"
            "│          approve: may stop, calls processes/desk@1\n"
            "│          sign: may wait for approve  (seller)\n"
            "└─ processes/part@1: waits where it is called  (Title; Owner)\n"
            "\n"
            "1 step stops, 2 wait in 3 processes\n"
            "\n"
            "ROLE  STOPS  WAITS  MAY WAIT  REVISIONS\n"
            "desk      1      0         0          1\n");
}

// What Tree and Where make of these processes, without roles.
std::string Shown(const catalog::v1::AnalyzeImpactResponse& impact,
                  const std::vector<std::string>& callers = {},
                  const std::optional<std::vector<std::string>>& tags = std::nullopt) {
  std::ostringstream out;
  PrintImpact(
      impact, [](const std::string& name) { return name; },
      [&](const std::string&) { return callers; }, [&](const std::string&) { return tags; },
      Paper{out});
  return out.str();
}

TEST(ImpactView, WhatWaitsStandsBelowWhoCallsIt) {
  catalog::v1::AnalyzeImpactResponse impact;
  impact.set_name("s");
  const auto add = [&](const char* name, int depth) {
    auto* process = impact.add_processes();
    process->set_name(name);
    process->set_depth(depth);
    process->set_latest(true);
    process->set_called_effect(depth == 1 ? catalog::v1::EFFECT_UNSPECIFIED
                                          : catalog::v1::EFFECT_WAITS);
    return process;
  };
  auto* renewal = add("renewal@1", 1);
  renewal->set_effect(catalog::v1::EFFECT_STOPS);
  renewal->add_nodes()->set_called_process("quote@1");
  add("quote@1", 2);
  add("quote@2", 2);
  add("desk@1", 3);
  // Of quote nothing is told but that it waits.
  const std::string asked = Shown(impact, {"desk", "desk@1", "elsewhere@1", "quote@1"});
  EXPECT_NE(asked.find("\n│  └─ quote@1: waits where it is called"), std::string::npos) << asked;
  EXPECT_NE(asked.find("\n│     └─ desk@1: waits where it is called"), std::string::npos) << asked;
  EXPECT_NE(Shown(impact).find("\n└─ desk@1"), std::string::npos) << Shown(impact);
  // A caller that is further away than the next.
  impact.mutable_processes(3)->set_depth(4);
  renewal = impact.mutable_processes(0);
  renewal->add_nodes()->set_called_process("desk@1");
  EXPECT_NE(Shown(impact).find("\n│  └─ desk@1"), std::string::npos) << Shown(impact);
}

TEST(ImpactView, SaysWhyWhatIsNotTheLatestLives) {
  struct Row {
    const char* name;
    std::vector<std::string> callers;
    std::optional<std::vector<std::string>> tags;
    int all;
    const char* says;
  };
  for (const Row& row : std::vector<Row>{
           {"called by what lives", {"b@1"}, {{"old"}}, 2, "not the latest, but called)"},
           {"called by drafts", {"b", "c@4"}, {{"old", "v1"}}, 2, "but tagged @old @v1)"},
           {"chosen later", {}, {std::vector<std::string>()}, 2, "but chosen later"},
           {"perhaps called", {}, {std::vector<std::string>()}, 3, "; not the latest)"},
           {"not known", {}, {}, 2, "; not the latest)"}}) {
    catalog::v1::AnalyzeImpactResponse impact;
    impact.add_processes()->set_name("a@1");
    impact.add_processes()->set_name("b@1");
    impact.mutable_processes(1)->set_latest(true);
    impact.set_process_count(row.all);
    const std::string shown = Shown(impact, row.callers, row.tags);
    EXPECT_NE(shown.find(row.says), std::string::npos) << row.name << ": " << shown;
    impact.mutable_processes(1)->add_nodes()->set_called_process("a@1");
    EXPECT_NE(Shown(impact).find("not the latest, but called)"), std::string::npos) << row.name;
  }
}

TEST(ImpactView, RevisionsAreNoProcesses) {
  struct Row {
    const char* name;
    std::vector<const char*> revisions;
    int all;
    const char* says;
  };
  for (const Row& row : std::vector<Row>{
           {"each of its own", {"a@1", "b@2"}, 2, "no step stops or waits in 2 processes\n"},
           {"two of one",
            {"a@1", "a@2", "b@1"},
            3,
            " in 3 revisions of 2 processes; a step counts once in each revision\n"},
           {"a page",
            {"a@1", "b@1"},
            7,
            " in 7 revisions; a step counts once in each revision\n"}}) {
    catalog::v1::AnalyzeImpactResponse impact;
    for (const char* revision : row.revisions) impact.add_processes()->set_name(revision);
    impact.set_process_count(row.all);
    EXPECT_NE(Shown(impact).find(row.says), std::string::npos) << row.name << Shown(impact);
  }
}

}  // namespace
}  // namespace plumbline::cli
