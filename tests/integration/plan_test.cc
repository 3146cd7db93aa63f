// SPDX-License-Identifier: Apache-2.0
//
// What the plan of `apply` knows of the workspace, of what is gone, and of what is still to come.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTerms[] =
    "name: steps/terms\ntitle: Check the terms\nowner: desk\nstep: {role: desk}\n";

class PlanTest : public CommandFixture {
 protected:
  void ApplyAll() const {
    const Ended ended = Run({"apply", "-f", Folder()});
    ASSERT_EQ(ended.code, 0) << ended.output;
  }
  // Puts a resource into a file as `get` prints it, under another title.
  void Get(const std::string& resource, const std::string& file) const {
    const Ended got = Run({"get", resource});
    ASSERT_EQ(got.code, 0) << got.output;
    Write(file, absl::StrReplaceAll(got.output, {{"title: A process", "title: Changed"}}));
  }
};

TEST_F(PlanTest, FilesThatNameAWorkspaceArePlannedThere) {
  Write("terms.yaml", kTerms);
  Write("z-desk.yaml", ProcessFile("desk", kStep));
  Write("quote.yaml", ProcessFile("quote",
                                  "root:\n  id: all\n  sequence:\n    nodes:\n"
                                  "      - {id: check, step: {uses: steps/terms}}\n"
                                  "      - {id: call, call: {process: processes/desk}}\n"));
  ApplyAll();
  fs::remove(folder_.Join("terms.yaml"));
  Get("processes/desk", "z-desk.yaml");
  Get("processes/quote", "quote.yaml");
  const Ended applied = RunAnywhere({"apply", "-f", Folder()});
  EXPECT_EQ(applied.code, 0) << applied.output;
  EXPECT_EQ(applied.output,
            absl::StrCat("note: in workspace '", workspace_, "', which the files name\n",
                         "processes/desk@2: published\nprocesses/quote@2: published\n"
                         "2 updated, 2 published\n"));
  Expect({"get", "processes/quote@2"}, 0, {"process: processes/desk@2", "uses: steps/terms@1"});

  // A name without a workspace is meant there too, and so is the policy.
  Write("more.yaml", ProcessFile("more", Calling("desk")));
  Expect({"policy", "set", "--approval", "required"}, 0, {"required"});
  EXPECT_THAT(RunAnywhere({"apply", "-f", Folder()}).output,
              AllOf(HasSubstr("APPROVAL_REQUIRED"), HasSubstr("these are not: processes/more.")));

  Write("other.yaml", "name: workspaces/elsewhere/utilities/crm\ntitle: CRM\nowner: it\n");
  const Ended mixed = RunAnywhere({"apply", Folder()});
  EXPECT_EQ(mixed.code, 3);
  EXPECT_THAT(mixed.output,
              AllOf(HasSubstr("quote.yaml: line 1"),
                    HasSubstr(absl::StrCat("names workspace '", workspace_, "'")),
                    HasSubstr("other.yaml names 'elsewhere'"), HasSubstr("give one with -w")));
}

TEST_F(PlanTest, AnIdMayEndLikeACollection) {
  Write("part.yaml", ProcessFile("sales-processes", kStep));
  Write("tag.yaml", "name: processes/sales-processes/tags/stable\nrevision: 1\n");
  Write("whole.yaml", ProcessFile("whole", Calling("sales-processes@stable")));
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0, {"create processes/whole, publish as @1"});
  ApplyAll();
  Expect({"get", "processes/whole@1"}, 0, {"process: processes/sales-processes@1"});
}

TEST_F(PlanTest, WhatWasDeletedSinceDoesNotComeBackSilently) {
  Write("terms.yaml", kTerms);
  Write("idea.yaml", ProcessFile("idea", kStep));
  Expect({"apply", Folder()}, 0, {"processes/idea: draft saved"});
  struct Row {
    const char* name;
    std::string resource, file;
  };
  for (const Row& row : {Row{"a step", "steps/terms", "terms.yaml"},
                         Row{"a draft", "processes/idea", "idea.yaml"}}) {
    SCOPED_TRACE(row.name);
    const std::string file = Folder() + "/" + row.file;
    Get(row.resource, row.file);
    Expect({"delete", row.resource}, 0, {"deleted"});
    for (const char* way : {"--dry-run", "--publish", "-f"}) {
      Expect({"apply", way, file}, 5,
             {row.file, absl::StrCat("'", row.resource, "' is not there: it was deleted since"),
              "remove the etag from the file to create it", "(ETAG_MISMATCH)"});
    }
    Expect({"get", row.resource}, 4, {"RESOURCE_NOT_FOUND"});
    const std::string text = Read(row.file);
    const size_t at = text.find("etag: ");
    Write(row.file, text.substr(0, at) + text.substr(text.find('\n', at) + 1));
    Expect({"apply", file}, 0, {row.resource});
  }
}

TEST_F(PlanTest, TagsOfRevisionsToComeAreJudgedBeforeAnythingIsWritten) {
  for (const char* tag : {"latest", "head", "7", "Stable"}) {
    SCOPED_TRACE(tag);
    Write("a.yaml", ProcessFile("a", kStep));
    Write("tag.yaml", absl::StrCat("name: processes/a/tags/", tag, "\nrevision: 1\n"));
    Expect({"apply", "-f", Folder(), "--dry-run"}, 3, {"tag.yaml", absl::StrCat("'", tag, "'")});
    Expect({"apply", "-f", Folder()}, 3, {"tag.yaml"});
    Expect({"get", "processes/a"}, 4, {"RESOURCE_NOT_FOUND"});
  }
}

TEST_F(PlanTest, PublishingADraftThatIsThereWarnsOnADryRunToo) {
  Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
  Write("a.yaml", ProcessFile("a",
                              "root: {id: work, title: Work, "
                              "step: {role: seller, utilities: [cmr, mail]}}\n"));
  Expect({"apply", Folder()}, 0, {"uses 'cmr'", "uses 'mail'", "processes/a: draft saved"});
  Write("mail.yaml", "name: utilities/mail\ntitle: Mail\nowner: it\n");
  const Ended dry = Run({"apply", "-f", Folder(), "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.output;
  EXPECT_THAT(dry.output, AllOf(HasSubstr("publish processes/a as @1"), HasSubstr("uses 'cmr'"),
                                Not(HasSubstr("uses 'mail'"))));
}

TEST_F(PlanTest, JsonSaysWhy) {
  Write("a.yaml", ProcessFile("a", kStep));
  Write("b.yaml", ProcessFile("b", Calling("a")));
  ApplyAll();
  Write("a.yaml", ProcessFile("a", kStep, "Changed"));
  Expect({"apply", "--json", "-f", Folder(), "--dry-run"}, 0, {"\"why\":\"calls processes/a@2\""});
  Expect({"policy", "set", "--approval", "required"}, 0, {"required"});
  Expect({"apply", "--json", "-f", Folder(), "--submit", "--dry-run"}, 0,
         {"\"why\":\"waits until processes/a is approved\""});
}

std::string CalendarFile(const std::string& id, const std::string& inherits) {
  return absl::StrCat("name: calendars/", id, "\ntitle: Calendar\n",
                      inherits.empty() ? "" : absl::StrCat("inherits: calendars/", inherits, "\n"));
}

TEST_F(PlanTest, AnInheritanceIsTurnedRound) {
  Write("a.yaml", CalendarFile("a", "b"));
  Write("b.yaml", CalendarFile("b", "c"));
  Write("c.yaml", CalendarFile("c", ""));
  ApplyAll();
  Write("a.yaml", CalendarFile("a", ""));
  Write("b.yaml", CalendarFile("b", "a"));
  Write("c.yaml", CalendarFile("c", "b"));
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0, {"3 to update"});
  Expect({"apply", "-f", Folder()}, 0, {"3 updated"});
  Expect({"get", "calendars/c"}, 0, {"inherits: calendars/b"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged"});
  // One through a calendar that no file names is found, past one that changes.
  fs::remove(folder_.Join("b.yaml"));
  Write("a.yaml", CalendarFile("a", "d"));
  Write("c.yaml", "name: calendars/c\ntitle: Other\ninherits: calendars/b\n");
  Write("d.yaml", CalendarFile("d", "c"));
  Expect({"apply", "-f", Folder()}, 5, {"CALENDAR_CYCLE"});
  Expect({"get", "calendars/c"}, 0, {"title: Calendar"});
}

TEST_F(PlanTest, AnotherWorkspaceIsFilledAsTheDocumentationSays) {
  Write("calendars/company.yaml", CalendarFile("company", ""));
  Write("utilities/crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
  Write("steps/terms.yaml", kTerms);
  Write("desk.yaml", ProcessFile("desk", "root: {id: check, step: {uses: steps/terms}}\n"));
  ApplyAll();
  Write("desk.yaml", ProcessFile("desk", "root: {id: check, step: {uses: steps/terms}}\n", "Next"));
  Write("tag.yaml", "name: processes/desk/tags/stable\nrevision: 2\n");
  Write("quote.yaml", ProcessFile("quote", Calling("desk@stable")));
  Write("pins.yaml", ProcessFile("pins", Calling("desk@2")));
  ApplyAll();
  const testing::TempDir out;
  const std::string backup = out.Join("backup");
  Expect({"export", "-o", backup}, 0, {"/tags/desk/stable.yaml"});

  workspace_ += "-2";
  const std::vector<std::string> shared = {
      "apply",           "-f", backup + "/calendars", "-f", backup + "/utilities", "-f",
      backup + "/steps", "-f"};
  const auto with = [&](const std::string& file) {
    std::vector<std::string> arguments = shared;
    arguments.push_back(backup + "/" + file);
    return arguments;
  };
  // What a pinned call means is not kept.
  Expect(with("processes"), 3, {"calls 'processes/desk@2', which does not exist"});
  fs::remove(backup + "/processes/pins.yaml");
  Expect(with("processes"), 3, {"calls 'processes/desk@stable', which does not exist"});
  Expect(with("processes/desk.yaml"), 0, {"processes/desk@1: published"});
  Expect({"tag", "set", "desk@latest", "stable"}, 0, {"@stable names revision 1"});
  Expect(with("processes"), 0, {"processes/quote@1: published"});
  Expect({"get", "processes/quote@1"}, 0, {"process: processes/desk@1"});
}

TEST_F(PlanTest, ADiffIsInTheWorkspaceThatItsFileNames) {
  Write("desk.yaml", ProcessFile("desk", kStep));
  ApplyAll();
  Get("processes/desk", "desk.yaml");
  for (const char* before : {"desk", "desk@latest"}) {
    const Ended diff = RunAnywhere({"diff", before, Folder() + "/desk.yaml"});
    EXPECT_EQ(diff.code, 0) << diff.output;
    EXPECT_THAT(diff.output, HasSubstr("title: A process -> Changed"));
  }
  Write("desk.bpmn", Run({"export", "desk", "--format", "bpmn"}).output);
  Expect({"diff", Folder() + "/desk.bpmn"}, 0, {"processes/desk", "identical"});
}

}  // namespace
}  // namespace plumbline
