// SPDX-License-Identifier: Apache-2.0
//
// What `apply` promises: a second run has nothing to do, and nothing is written unless all of it
// can be.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTerms[] =
    "name: steps/terms\ntitle: Check the terms\nowner: desk\n"
    "step: {role: desk, checklist: [{id: read, title: Read them}]}\n";
constexpr char kUsesTerms[] = "root: {id: check, step: {uses: steps/terms}}\n";

// Lines of JSON, each as a text whose fields have an order.
std::vector<std::string> Lines(const std::string& output) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(output, '\n', absl::SkipEmpty())) {
    google::protobuf::Struct read;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(line), &read).ok()) << line;
    std::string text;
    for (const auto& [key, value] :
         std::map<std::string, google::protobuf::Value>(read.fields().begin(), read.fields().end()))
      absl::StrAppend(&text, key, ": ", value.ShortDebugString(), "; ");
    lines.push_back(text);
  }
  return lines;
}

class ApplyTest : public CommandFixture {
 protected:
  void ApplyAll() const {
    const Ended ended = Run({"apply", "-f", Folder()});
    ASSERT_EQ(ended.code, 0) << ended.output;
  }
};

TEST_F(ApplyTest, ASecondRunHasNothingToDoForSharedSteps) {
  Write("terms.yaml", kTerms);
  Write("quote.yaml", ProcessFile("quote", kUsesTerms));
  Write("deal.yaml", ProcessFile("deal", Calling("quote")));
  Expect({"apply", "-f", Folder()}, 0, {"processes/quote@1: published"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
  Expect({"apply", "--publish", Folder()}, 0, {"processes/quote: published before, unchanged"});

  const testing::TempDir out;
  const Ended exported = Run({"export", "-o", out.path()});
  EXPECT_EQ(exported.code, 0);
  EXPECT_THAT(exported.output, Not(HasSubstr("note:")));
  const Ended back = Run({"apply", "-f", out.path()});
  EXPECT_EQ(back.output, "3 unchanged\n");

  Write("terms.yaml", "name: steps/terms\ntitle: Check them\nowner: desk\nstep: {role: legal}\n");
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0,
         {"update steps/terms\n", "publish processes/quote as @2: uses steps/terms@2\n",
          "publish processes/deal as @2: calls processes/quote@2\n"});
  ApplyAll();
  Expect({"get", "processes/quote@2"}, 0, {"uses: steps/terms@2", "role: legal"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
}

TEST_F(ApplyTest, WhatCannotBePublishedIsRefusedBeforeAnythingIsWritten) {
  Write("kept.yaml",
        absl::StrCat("name: processes/kept\ntitle: Kept\nowner: desk\nattributes:\n"
                     "  - {id: amount, title: Amount, type: TYPE_NUMBER, required: true}\n",
                     kStep));
  Write("old.yaml", ProcessFile("old", kStep));
  Write("fading.yaml", ProcessFile("fading", kStep));
  ApplyAll();
  Expect({"archive", "old@1"}, 0, {"archived"});
  Expect({"deprecate", "fading"}, 0, {"deprecated"});
  Write("planned.yaml", ProcessFile("planned", kStep));
  struct Row {
    const char* name;
    std::string root;
    int code;
    std::vector<std::string> says;
  };
  const std::vector<Row> rows = {
      {"an attribute that the called process does not have",
       Calling("kept",
               ", arguments: [{attribute: amount, value: '1'}, "
               "{attribute: colour, value: red}]"),
       3,
       {"zz.yaml: line 8", "colour"}},
      {"an attribute that it requires", Calling("kept"), 3, {"zz.yaml: line 8", "amount"}},
      {"an attribute that another file does not have",
       Calling("planned", ", arguments: [{attribute: colour, value: red}]"),
       3,
       {"zz.yaml: line 8", "colour"}},
      {"a revision that is archived",
       Calling("old@1"),
       5,
       {"zz.yaml: line 8", "calls 'processes/old@1', which is archived", "PROCESS_RETIRED"}},
      {"a process all of whose revisions are archived",
       Calling("old"),
       5,
       {"zz.yaml: line 8", "PROCESS_RETIRED"}},
      {"a deprecated process without a revision",
       Calling("fading"),
       5,
       {"zz.yaml: line 8", "which is deprecated", "PROCESS_RETIRED"}},
      {"a step that is not there",
       "root: {id: check, step: {uses: steps/nothing}}\n",
       3,
       {"zz.yaml: line 4", "'steps/nothing' does not exist"}},
      {"a revision of a step that is not there",
       "root: {id: check, step: {uses: steps/nothing@3}}\n",
       3,
       {"'steps/nothing@3' does not exist"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Write("zz.yaml", ProcessFile("zz", row.root));
    Expect({"apply", "-f", Folder() + "/planned.yaml", "-f", Folder() + "/zz.yaml", "--dry-run"},
           row.code, row.says);
    Expect({"apply", "-f", Folder() + "/planned.yaml", "-f", Folder() + "/zz.yaml"}, row.code,
           row.says);
    Expect({"get", "processes/planned"}, 4, {"RESOURCE_NOT_FOUND"});
  }
}

TEST_F(ApplyTest, WhatWasTakenOutOfUseStopsNobodyWhoPinnedIt) {
  Write("part.yaml", ProcessFile("part", kStep));
  Write("whole.yaml", ProcessFile("whole", Calling("part")));
  Write("gone.yaml", ProcessFile("gone", kStep));
  ApplyAll();
  Expect({"deprecate", "part", "--allow-in-use"}, 0, {"deprecated"});
  Expect({"archive", "gone"}, 0, {"archived"});
  Expect({"apply", "-f", Folder()}, 0,
         {"3 unchanged\n", "whole.yaml:8: stays published as it is", "which is deprecated"});
  const testing::TempDir out;
  EXPECT_THAT(Run({"export", "-o", out.path()}).output, Not(HasSubstr("note:")));
  // A change of it is another matter.
  Write("whole.yaml", ProcessFile("whole", Calling("part"), "Another title"));
  Expect({"apply", "-f", Folder()}, 5, {"PROCESS_RETIRED"});
}

TEST_F(ApplyTest, WhereApprovalIsDemandedDraftsAreSubmitted) {
  Expect({"policy", "set", "--approval", "required"}, 0, {"required"});
  Write("a.yaml", ProcessFile("a", Calling("b")));
  Write("b.yaml", ProcessFile("b", kStep));
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--dry-run"}, std::vector<std::string>{}}) {
    std::vector<std::string> arguments = {"apply", "-f", Folder()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Expect(arguments, 5, {"processes/b, processes/a", "--submit", "APPROVAL_REQUIRED"});
    Expect({"list", "processes"}, 0, {"no processes"});
  }
  const std::vector<std::string> submit = {"apply", "-f", Folder(), "--submit"};
  Expect({"apply", "-f", Folder(), "--submit", "--dry-run"}, 0,
         {"create processes/b, submit for approval\n",
          "create processes/a, waits until processes/b is approved\n",
          "2 to create, 1 to submit for approval, 1 not approved yet\n"});
  Expect(submit, 0,
         {"processes/b: submitted for approval\n",
          "processes/a: draft saved, waits until processes/b is approved\n",
          "plumbline approve PROCESS"});
  Expect(submit, 0, {"processes/b: waits for approval\n", "2 not approved yet\n"});
  Expect({"apply", "-f", Folder()}, 0, {"2 not approved yet\n"});
  Expect({"approve", "b"}, 0, {"approved"});
  Expect({"apply", "-f", Folder()}, 5, {"these are not: processes/a."});
  Expect(submit, 0, {"processes/b@1: published", "processes/a: submitted for approval"});
  Expect({"approve", "a"}, 0, {"approved"});
  Expect({"apply", "-f", Folder()}, 0, {"processes/a@1: published\n1 published, 1 unchanged\n"});
  Expect({"apply", "-f", Folder()}, 0, {"2 unchanged\n"});

  // An approval is about what a draft takes, too.
  Write("b.yaml", ProcessFile("b", kStep, "Another title"));
  Expect(submit, 0,
         {"processes/b: submitted for approval",
          "processes/a: waits until processes/b is approved\n"});
  Expect({"reject", "b", "--reason", "as it was"}, 0, {"rejected"});
  Expect(submit, 0, {"processes/b: was rejected (as it was)", "2 not approved yet\n"});
  Expect({"submit", "b"}, 0, {"submitted"});
  Expect({"approve", "b"}, 0, {"approved"});
  Expect(submit, 0, {"processes/b@2: published", "processes/a: submitted for approval"});
}

TEST_F(ApplyTest, AWorkspaceMayBeCalledLikeACollection) {
  workspace_ = "our-processes";
  Write("part.yaml", ProcessFile("part", kStep));
  Write("whole.yaml", ProcessFile("whole", Calling("part@stable")));
  Write("tag.yaml", "name: processes/part/tags/stable\nrevision: 1\n");
  ApplyAll();
  Expect({"start", "whole", "--id", "r", "--person", "r", "--day-one", "2027-01-04"}, 0,
         {"processes/whole@1"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
}

TEST_F(ApplyTest, TagsAndThePolicyAreKeptInFiles) {
  Write("x.yaml", ProcessFile("x", kStep));
  ApplyAll();
  Write("x.yaml", ProcessFile("x", kStep, "Next"));
  ApplyAll();
  Expect({"tag", "set", "x@1", "stable"}, 0, {"@stable"});
  Expect({"tag", "lock", "x", "stable", "--from", "1"}, 0, {"locked"});
  Expect({"tag", "set", "x@2", "trial"}, 0, {"@trial"});
  Expect({"policy", "set", "--self-approval", "refused"}, 0, {"refused"});

  const testing::TempDir out;
  Expect({"export", "-o", out.path()}, 0,
         {"/tags/x/stable.yaml\n", "/tags/x/trial.yaml\n", "/catalogPolicy.yaml\n"});
  Expect({"export", "processes/x/tags/stable"}, 0,
         {"name: processes/x/tags/stable\nrevision: 1\nlocked: true\n"});
  Expect({"export", "catalogPolicy"}, 0, {"name: catalogPolicy\nselfApprovalRefused: true\n"});
  Expect({"apply", "-f", out.path()}, 0, {"4 unchanged\n"});

  // Another workspace has one revision of it.
  workspace_ += "-2";
  Expect({"apply", "-f", out.path()}, 3,
         {"tags/x/trial.yaml: line 2", "2 is no revision of 'processes/x'", "up to 1 here"});
  Expect({"list", "processes"}, 0, {"no processes"});
  Expect({"apply", "-f", out.Join("processes"), "-f", out.Join("tags/x/stable.yaml"), "-f",
          out.Join("catalogPolicy.yaml")},
         0, {"processes/x/tags/stable: created\n", "catalogPolicy: updated\n"});
  Expect({"tag", "list", "x"}, 0, {"@stable", "for good"});
  Expect({"policy", "get"}, 0, {"self-approval:  refused"});
  Expect({"tag", "set", "x@1", "trial"}, 0, {"@trial"});
}

TEST_F(ApplyTest, TagsMoveByFilesAndLocksHold) {
  Write("x.yaml", ProcessFile("x", kStep));
  Write("tag.yaml", "name: processes/x/tags/stable\nrevision: 1\n");
  Write("y.yaml", ProcessFile("y", Calling("x@stable")));
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0, {"create processes/x/tags/stable\n"});
  Expect({"apply", "-f", Folder()}, 0,
         {"processes/x/tags/stable: created\n", "processes/y@1: published\n"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
  Write("x.yaml", ProcessFile("x", kStep, "Next"));
  Write("tag.yaml", "name: processes/x/tags/stable\nrevision: 2\nlocked: true\n");
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0,
         {"update processes/x/tags/stable\n", "revision: 1 -> 2\n", "locked: false -> true\n",
          "publish processes/y as @2: calls processes/x@2\n"});
  Expect({"apply", "-f", Folder()}, 0, {"processes/x/tags/stable: updated\n"});
  Expect({"get", "processes/y@2"}, 0, {"process: processes/x@2"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
  struct Row {
    const char* name;
    std::string text;
    int code;
    std::string says;
  };
  for (const Row& row :
       std::vector<Row>{{"another revision", "revision: 1\nlocked: true\n", 5, "TAG_LOCKED"},
                        {"no lock", "revision: 2\n", 5, "write revision: 2, locked: true"},
                        {"a revision to come", "revision: 3\nlocked: true\n", 5, "TAG_LOCKED"},
                        {"no revision", "locked: true\n", 3, "0 is no revision of 'processes/x'"},
                        {"a revision that is not there", "revision: 9\n", 3, "9 is no revision"}}) {
    SCOPED_TRACE(row.name);
    Write("x.yaml", ProcessFile("x", kStep, "Third"));
    Write("tag.yaml", absl::StrCat("name: processes/x/tags/stable\n", row.text));
    Expect({"apply", "-f", Folder()}, row.code, {"tag.yaml", row.says});
    Expect({"list", "revisions", "x"}, 0, {"Next"});
    EXPECT_THAT(Run({"list", "revisions", "x"}).output, Not(HasSubstr("Third")));
  }
}

TEST_F(ApplyTest, DeletingSaysWhyAndWhoIsInTheWay) {
  Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
  const std::string uses =
      "root: {id: work, title: Work, step: {role: seller, utilities: [crm]}}\n";
  Write("a.yaml", ProcessFile("a", uses));
  Write("b.yaml", ProcessFile("b", uses));
  Write("terms.yaml", kTerms);
  ApplyAll();
  Expect({"delete", "utilities/crm", "--dry-run"}, 5,
         {"UTILITY_IN_USE", "  processes/a: is named by 'work'\n",
          "  processes/b: is named by 'work'\n", "plumbline callers utilities/crm"});
  Expect({"delete", "utilities/crm", "--dry-run", "--force"}, 0,
         {"utilities/crm: possible, nothing written\n"});
  Expect({"get", "utilities/crm"}, 0, {"title: CRM"});
  Write("idea.yaml", ProcessFile("idea", kStep));
  Expect({"apply", Folder() + "/idea.yaml"}, 0, {"draft saved"});
  Expect({"delete", "processes/idea", "--reason", "nobody wants it"}, 0, {"idea: deleted"});
  Expect({"history", "idea"}, 0, {"nobody wants it"});
  Expect({"delete", "eventLogs/events", "--dry-run"}, 3,
         {"--dry-run: is for resources of the catalog"});
  Expect({"delete", "processes/a/tags/stable"}, 3, {"plumbline tag delete"});
}

TEST_F(ApplyTest, AFileThatNamesAnotherWorkspaceIsRefused) {
  Write("elsewhere.yaml", "name: workspaces/elsewhere/utilities/crm\ntitle: CRM\nowner: it\n");
  for (const std::vector<std::string>& way :
       {std::vector<std::string>{"apply"}, {"apply", "-f"}, {"apply", "--dry-run"}}) {
    std::vector<std::string> arguments = way;
    arguments.push_back(Folder() + "/elsewhere.yaml");
    Expect(arguments, 3,
           {"elsewhere.yaml: line 1", "the file names workspace 'elsewhere'",
            absl::StrCat("says '", workspace_, "'; remove one")});
  }
  Expect({"get", "workspaces/elsewhere/utilities/crm"}, 4, {"RESOURCE_NOT_FOUND"});
  Write("elsewhere.yaml",
        absl::StrCat("name: workspaces/", workspace_, "/utilities/crm\ntitle: CRM\nowner: it\n"));
  Expect({"apply", Folder()}, 0, {"utilities/crm: created"});
}

TEST_F(ApplyTest, AFileWithAnOldEtagOverwritesNobody) {
  Write("a.yaml", ProcessFile("a", kStep, "First"));
  Write("crm.yaml", "name: utilities/crm\ntitle: First\nowner: it\n");
  ApplyAll();
  struct Row {
    const char* name;
    std::string resource, file;
  };
  for (const Row& row :
       {Row{"a draft", "processes/a", "a.yaml"}, Row{"a utility", "utilities/crm", "crm.yaml"}}) {
    SCOPED_TRACE(row.name);
    const std::string file = Folder() + "/" + row.file;
    const std::string first = Run({"get", row.resource}).output;
    ASSERT_THAT(first, HasSubstr("etag: "));
    const std::string mine = absl::StrReplaceAll(first, {{"title: First", "title: Mine"}});
    Write(row.file, absl::StrReplaceAll(first, {{"title: First", "title: Theirs"}}));
    Expect({"apply", file}, 0, {row.resource});  // their etag is the present one
    Expect({"apply", file}, 0, {"unchanged"});   // and now an old one, of what is there
    Write(row.file, mine);
    for (const char* way : {"--dry-run", "--publish", "-f"}) {
      Expect({"apply", way, file}, 5,
             {row.file, "was changed since this file was got: get it again",
              "remove the etag from the file to overwrite it", "(ETAG_MISMATCH)"});
    }
    Expect({"get", row.resource}, 0, {"title: Theirs"});
    const size_t at = mine.find("etag: ");
    Write(row.file, mine.substr(0, at) + mine.substr(mine.find('\n', at) + 1));
    Expect({"apply", file}, 0, {row.resource});
    Expect({"get", row.resource}, 0, {"title: Mine"});
  }
  // The etag of a revision is not the draft's: its content shall be the draft.
  Write("a.yaml", Run({"get", "processes/a@1"}).output);
  Expect({"apply", Folder() + "/a.yaml"}, 0, {"processes/a: draft saved"});
}

TEST_F(ApplyTest, EachResourceIsToldOnceAndHowFarItCame) {
  Write("a.yaml", ProcessFile("a", kStep));
  Write("b.yaml", ProcessFile("b", Calling("a")));
  const Ended applied = Run({"apply", "-f", Folder()});
  EXPECT_EQ(applied.output,
            "processes/a@1: published\nprocesses/b@1: published\n2 created, 2 published\n");
  Write("a.yaml", ProcessFile("a", kStep, "Changed"));
  const Ended dry = Run({"apply", "--json", "-f", Folder(), "--dry-run"});
  EXPECT_THAT(dry.output, HasSubstr("\"action\":\"update\""));
  EXPECT_EQ(Lines(Run({"apply", "--json", "-f", Folder()}).output), Lines(dry.output));
  // A process has at most 100 tags: the last file is found too many only when it is its turn.
  for (int i = 0; i <= 100; ++i) {
    Write(absl::StrCat("tags/t", i, ".yaml"),
          absl::StrCat("name: processes/c/tags/t", i, "\nrevision: 1\n"));
  }
  Write("c.yaml", ProcessFile("c", kStep));
  Expect({"apply", "-f", Folder()}, 5, {"101 of 102 done; run it again after mending"});
}

// More than go into one batch, in three levels of calls.
TEST_F(ApplyTest, ManyFilesGoTogetherWhatIsCalledFirst) {
  for (int i = 0; i < 230; ++i)
    Write(absl::StrCat("leaf", i, ".yaml"), ProcessFile(absl::StrCat("leaf-", i), kStep));
  for (int i = 0; i < 20; ++i) {
    Write(absl::StrCat("a-caller", i, ".yaml"),
          ProcessFile(absl::StrCat("caller-", i), Calling(absl::StrCat("leaf-", 7 * i))));
  }
  Write("a-top.yaml", ProcessFile("top", Calling("caller-3")));
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0,
         {"251 to create, 251 to publish\n", "nothing written\n"});
  Expect({"list", "processes"}, 0, {});
  Expect({"apply", "-f", Folder()}, 0,
         {"processes/leaf-229@1: published\n", "processes/top@1: published\n",
          "251 created, 251 published\n"});
  Expect({"apply", "-f", Folder()}, 0, {"251 unchanged\n"});
  Write("leaf21.yaml", ProcessFile("leaf-21", kStep, "Changed"));
  Expect({"apply", "-f", Folder()}, 0,
         {"processes/leaf-21@2: published\nprocesses/caller-3@2: published\n"
          "processes/top@2: published\n1 updated, 3 published, 248 unchanged\n"});
}

TEST_F(ApplyTest, AReasonThatIsTooLongIsNoFaultOfAFile) {
  Write("a.yaml", ProcessFile("a", kStep));
  Write("b.yaml", ProcessFile("b", kStep));
  const Ended ended = Run({"apply", "-f", Folder(), "--reason", std::string(1001, 'x')});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.output, ::testing::StartsWith("error: --reason: "));
  EXPECT_THAT(ended.output, Not(HasSubstr("requests[")));
}

TEST_F(ApplyTest, WhatIsForBpmnIsNotTakenForYaml) {
  Write("a.yaml", ProcessFile("a", kStep));
  Expect({"apply", "--id", "foo", Folder()}, 3,
         {"--id: is for BPMN files", "write name: processes/foo in the file"});
  Expect({"apply", "--owner", "Bob", Folder()}, 3,
         {"--owner: is for BPMN files", "write owner: Bob in the file"});
  Expect({"get", "processes/a"}, 4, {"RESOURCE_NOT_FOUND"});
}

TEST_F(ApplyTest, AnIdAloneIsAProcessButNothingIsDeletedByAGuess) {
  Write("a.yaml", ProcessFile("a", kStep));
  Write("b.yaml", ProcessFile("b", Calling("a")));
  ApplyAll();
  Expect({"get", "a"}, 0, {"/processes/a\n"});
  Expect({"get", "a@1"}, 0, {"/processes/a@1\n"});
  Expect({"callers", "a"}, 0, {"processes/b@1"});
  Expect({"impact", "a"}, 0, {"processes/a@1: stops"});
  Expect({"dependencies", "b"}, 0, {"processes/a@1"});
  Expect({"delete", "a"}, 3, {"did you mean processes/a or eventLogs/a?"});
  Expect({"delete", "processes/a"}, 5, {"has 1 published revision, which is kept"});
  Expect({"delete", "logs/nothing"}, 4, {"Event log 'eventLogs/nothing' does not exist"});
  Expect({"delete", "nothing/a"}, 3, {"cannot be deleted here"});
}

TEST_F(ApplyTest, ADiffTakesEveryFile) {
  Write("a.yaml", ProcessFile("a", kStep));
  ApplyAll();
  Write("a.bpmn", Run({"export", "a", "--format", "bpmn"}).output);
  Expect({"diff", "a@latest", Folder() + "/a.bpmn"}, 0, {"identical"});
  Write("a.yaml", ProcessFile("a", kStep, "Changed"));
  Expect({"diff", "a", Folder() + "/a.yaml"}, 0, {"title: A process -> Changed"});
}

}  // namespace
}  // namespace plumbline
