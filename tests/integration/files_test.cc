// SPDX-License-Identifier: Apache-2.0
//
// Resources as files, with the real programs: apply -f, export, and what hangs together.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class FilesTest : public CommandFixture {};

TEST_F(FilesTest, AllThatIsShippedGoesThereAndBack) {
  Expect({"apply", "-f", "utilities", "-f", "processes", "--dry-run"}, 0,
         {"create utilities/crm\n", "create processes/quote-to-order, publish as @1\n",
          "25 to create, 6 to publish\n", "nothing written"});
  Expect({"list", "processes"}, 0, {"no processes"});
  const Ended applied = Run({"apply", "-f", "utilities", "-f", "processes"});
  ASSERT_EQ(applied.code, 0) << applied.output;
  EXPECT_THAT(applied.output, HasSubstr("processes/renewal@1: published\n"));
  EXPECT_THAT(applied.output, Not(HasSubstr("warning")));
  Expect({"apply", "-f", "utilities", "-f", "processes"}, 0, {"25 unchanged\n"});

  Expect({"export", "-o", Folder()}, 0, {"processes/renewal.yaml", "utilities/crm.yaml"});
  const Ended again = Run({"apply", "-f", Folder()});
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_EQ(again.output, "25 unchanged\n");
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(Folder()))
    files += entry.is_regular_file();
  EXPECT_EQ(files, 25);
  Expect({"export", "utilities/crm"}, 0, {"name: utilities/crm\n", "availability: 0.999\n"});
  Expect({"get", "utilities/crm"}, 0, {"title: CRM"});
  Expect({"list", "utilities"}, 0, {"crm", "Head of Revenue Systems", "99.9 %"});
}

TEST_F(FilesTest, ADraftThatCannotBePublishedIsToldAndTheOthersToo) {
  Write("good.yaml", ProcessFile("good", kStep));
  Write("bad.yaml", ProcessFile("bad", Calling("nowhere")));
  Expect({"apply", Folder() + "/good.yaml", Folder() + "/bad.yaml"}, 0, {"draft saved"});
  const std::string out = Folder() + "/out";
  Expect({"export", "-o", out}, 0,
         {"note: processes/good differs from its latest revision",
          "note: processes/bad cannot be published: ", "'processes/nowhere'",
          "plumbline apply " + out + "/processes/bad.yaml\n"});
  // The remedies are true.
  Expect({"apply", "-f", out}, 3, {"bad.yaml"});
  Expect({"apply", out + "/processes/bad.yaml"}, 0, {"processes/bad"});
  fs::remove(out + "/processes/bad.yaml");
  Expect({"apply", "-f", out}, 0, {"processes/good@1: published"});
}

// A suite where nobody but "catalog" is known, who may read no people.
TEST_F(FilesTest, WhatATokenMayNotReadIsLeftOutOfAnExportOfEverything) {
  Write("suite.yaml",
        "server:\n  auth:\n    tokens:\n      - tokenSha256: "
        "652f55016243bf1b9f1bbea46d5749ef892dbe394e46de9d66ab1aacf0b4af57\n"
        "        subject: catalog\n        workspaces: [\"*\"]\n"
        "        permissions: [catalog.read, catalog.write]\n");
  const auto suite = testing::Process::Start(
      {.args = {Bin("plumbline-suite"), absl::StrCat("--config=", folder_.Join("suite.yaml")),
                "--server.listen_address=127.0.0.1:0",
                absl::StrCat("--data_directory=", folder_.Join("data"))}});
  const auto ready = suite->WaitForLine("\"ready\"");
  ASSERT_TRUE(ready.ok()) << ready.status();
  google::protobuf::Struct line;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok());
  const auto run = [&](std::vector<std::string> arguments) {
    const std::string address = line.fields().at("address").string_value();
    arguments.insert(arguments.begin(),
                     {Bin("plumbline"), "--token", "catalog", "--address", address});
    const auto process = testing::Process::Start({.args = arguments});
    const auto code = process->Wait();
    return Ended{code.ok() ? *code : -1, process->Output()};
  };
  Write("files/renewal.yaml", ProcessFile("renewal", kStep));
  EXPECT_EQ(run({"apply", "-f", folder_.Join("files")}).code, 0);
  const Ended all = run({"export", "-o", folder_.Join("out")});
  EXPECT_EQ(all.code, 0) << all.output;
  EXPECT_THAT(all.output, HasSubstr("note: people left out: "));
  EXPECT_THAT(all.output, HasSubstr("'people.read'"));
  EXPECT_THAT(all.output, HasSubstr("plumbline export calendars utilities steps processes"));
  EXPECT_TRUE(fs::exists(folder_.Join("out/processes/renewal.yaml")));
  const Ended named = run({"export", "people", "processes", "-o", folder_.Join("out2")});
  EXPECT_EQ(named.code, 6) << named.output;
  const Ended kinds = run({"export", "processes", "-o", folder_.Join("out3")});
  EXPECT_EQ(kinds.code, 0) << kinds.output;
  EXPECT_THAT(kinds.output, Not(HasSubstr("left out")));
  EXPECT_EQ(*suite->Terminate(), 0);
}

TEST_F(FilesTest, WhatChangedIsShownAndPublishedWithItsCallers) {
  Write("a.yaml", ProcessFile("a", Calling("b")));
  Write("sub/b.yaml", ProcessFile("b", kStep));
  Write("c.yml", ProcessFile("c", kStep));
  Expect(
      {"apply", "-f", Folder()}, 0,
      {"processes/b@1: published\n", "processes/a@1: published\n", "processes/c@1: published\n"});
  Write("sub/b.yaml",
        ProcessFile("b", "root: {id: work, title: Work, step: {role: legal, utilities: [crm]}}\n"));
  Expect({"apply", "-f", Folder(), "--dry-run"}, 0,
         {"update processes/b, publish as @2\n", "~ role: seller -> legal\n", "+ utility crm\n",
          "publish processes/a as @2: calls processes/b@2\n"
          "1 to update, 2 to publish, 1 unchanged\n"
          "all valid, nothing written\n"});
  Expect({"get", "processes/b"}, 0, {"role: seller"});
  Expect({"apply", "-f", Folder(), "--reason", "Legal does it"}, 0,
         {"processes/b@2: published\n", "processes/a@2: published\n"});
  Expect({"list", "revisions", "a"}, 0, {"Legal does it"});
  Expect({"apply", "-f", Folder()}, 0, {"3 unchanged\n"});
  const Ended json = Run({"apply", "--json", "-f", Folder(), "--dry-run"});
  EXPECT_THAT(json.output, HasSubstr("\"action\":\"none\""));
}

TEST_F(FilesTest, DraftsAreSavedWithoutTheOption) {
  Write("a.yaml", ProcessFile("a", kStep));
  Expect({"apply", Folder()}, 0, {"processes/a: draft saved\n"});
  const testing::TempDir out;
  Expect({"export", "-d", out.path()}, 0, {"note: processes/a differs from its latest revision"});
  Expect({"apply", "--publish", Folder()}, 0, {"processes/a@1: published\n"});
  Expect({"apply", "--publish", Folder()}, 0, {"processes/a: published before, unchanged\n"});
  Expect({"apply"}, 3, {"FILE"});
}

TEST_F(FilesTest, NothingIsWrittenWhenOneFileIsWrong) {
  struct Row {
    const char* name;
    std::string file, text;
    int code;
    std::vector<std::string> says;
  };
  Write("good.yaml", ProcessFile("good", kStep));
  const std::vector<Row> rows = {
      {"not YAML", "x.yaml", "name: [", 3, {"x.yaml: line 2", "not YAML"}},
      {"no name",
       "x.yaml",
       "title: x\n",
       3,
       {"x.yaml: line 1", "is missing", "steps/ID or processes/ID"}},
      {"a misspelt kind",
       "x.yaml",
       "title: x\nname: utilites/crm\n",
       3,
       {"x.yaml: line 2", "did you mean 'utilities'?"}},
      {"an unknown field",
       "x.yaml",
       "name: utilities/crm\nowners: me\n",
       3,
       {"x.yaml: line 2", "owner"}},
      {"a rule of the service",
       "x.yaml",
       "name: utilities/crm\ntitle: CRM\nowner: it\nuptimeTarget:\n  availability: 2\n",
       3,
       {"x.yaml: line 5", "0.5 to 0.99999"}},
      {"a rule of the tree",
       "x.yaml",
       "name: processes/x\ntitle: X\nowner: me\nroot:\n  id: s\n  title: S\n  step: {}\n",
       3,
       {"x.yaml: line 7", "role"}},
      {"a call of nobody",
       "x.yaml",
       ProcessFile("x", Calling("nobody")),
       3,
       {"x.yaml: line 8", "calls 'processes/nobody', which is not published"}},
      {"a revision that is not there",
       "x.yaml",
       ProcessFile("x", Calling("good@7")),
       3,
       {"calls 'processes/good@7', which does not exist"}},
      {"a cycle", "x.yaml", ProcessFile("x", Calling("x")), 5, {"x.yaml", "x -> x"}},
      {"the same name", "x.yaml", ProcessFile("good", kStep), 3, {"is also the name in"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Write(row.file, row.text);
    Expect({"apply", "-f", Folder()}, row.code, row.says);
    Expect({"list", "processes"}, 0, {"no processes"});
  }
}

TEST_F(FilesTest, CyclesAreToldWithTheChain) {
  Write("a.yaml", ProcessFile("a", Calling("b")));
  Write("b.yaml", ProcessFile("b", Calling("c")));
  Write("c.yaml", ProcessFile("c", Calling("a")));
  Expect({"apply", "-f", Folder()}, 5,
         {"processes/a -> processes/b -> processes/c -> processes/a", "PROCESS_CYCLE"});
  // Through what is published already.
  Write("c.yaml", ProcessFile("c", kStep));
  Expect({"apply", "-f", Folder()}, 0, {"processes/a@1: published"});
  fs::remove(folder_.Join("a.yaml"));
  fs::remove(folder_.Join("b.yaml"));
  Write("c.yaml", ProcessFile("c", Calling("a")));
  Expect({"apply", "-f", Folder()}, 5,
         {"c.yaml: 'processes/c' would call itself: "
          "processes/c -> processes/a@1 -> processes/b@1 -> processes/c@1"});
}

TEST_F(FilesTest, AMisspeltUtilityIsTold) {
  Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
  Write(
      "a.yaml",
      ProcessFile("a", "root: {id: work, title: Work, step: {role: seller, utilities: [cmr]}}\n"));
  // On a dry run the plan's own utilities count as kept.
  const Ended dry = Run({"apply", "-f", Folder(), "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.output;
  Expect({"apply", "-f", Folder()}, 0,
         {"a.yaml:4: step 'work' uses 'cmr'", "did you mean 'crm'?", "processes/a@1: published"});
  Expect({"delete", "utilities/crm"}, 0, {"utilities/crm: deleted"});
}

TEST_F(FilesTest, WhatHangsTogetherIsShown) {
  ASSERT_EQ(Run({"apply", "-f", "utilities", "-f", "processes"}).code, 0);
  Expect({"impact", "utilities/legal-queue"}, 0,
         {"utilities/legal-queue  Legal queue\n", "processes/deal-desk-approval@1: may stop",
          "terms-review: stops  (legal)", "record-decision: may wait for terms-review",
          "processes/quote-to-order@1", "ROLE", "legal"});
  Expect({"impact", "processes/deal-desk-approval/steps/triage"}, 0,
         {"price-review: waits for triage"});
  Expect({"impact", "processes/renewal/steps/health-check"}, 0,
         {"  └─ processes/quote-to-order@1: waits where it is called",
          "     └─ processes/deal-desk-approval@1: waits where it is called",
          "1 step stops, 33 wait in 3 processes\n"});
  Expect({"impact", "utilities/nothing"}, 4, {"RESOURCE_NOT_FOUND"});
  const Ended json = Run({"impact", "utilities/crm", "--json"});
  catalog::v1::AnalyzeImpactResponse impact;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json.output, &impact).ok())
      << json.output;
  EXPECT_EQ(impact.process_count(), impact.processes_size());
  EXPECT_GT(impact.steps().stops(), 20);
  Expect({"callers", "processes/deal-desk-approval"}, 0,
         {"processes/quote-to-order@1",
          "processes/renewal@1 > processes/quote-to-order@1 > "
          "processes/deal-desk-approval"});
  Expect({"dependencies", "quote-to-order@1"}, 0,
         {"processes/deal-desk-approval@1", "utilities/erp", "account-executive"});
  const Ended latest =
      Run({"callers", "utilities/crm", "--filter", "latest", "--order-by", "name"});
  EXPECT_EQ(latest.code, 0) << latest.output;
  EXPECT_THAT(latest.output, HasSubstr("processes/renewal@1"));
  EXPECT_THAT(latest.output, Not(HasSubstr("processes/renewal "))) << "drafts do not fit";
  const Ended roles = Run({"dependencies", "renewal", "--filter", "kind = ROLE"});
  EXPECT_THAT(roles.output, HasSubstr("customer-success"));
  EXPECT_THAT(roles.output, Not(HasSubstr("utilities/")));
  Expect({"callers", "utilities/crm", "--filter", "role = x"}, 3,
         {"--filter: at character 1: 'role' is not a field"});
  Expect({"list", "utilities", "--filter", "owner:\"revenue systems\" title = CRM"}, 0, {"crm"});
  Expect({"list", "utilities", "--filter", "owner = nobody"}, 0, {"no utility fits the filter"});
  Expect({"delete", "processes/renewal"}, 5, {"PROCESS_PUBLISHED"});
  Expect({"delete", "utilities/legal-queue"}, 5,
         {"UTILITY_IN_USE", "'utilities/legal-queue' is used by 6 drafts and revisions",
          "'processes/deal-desk-approval'", "with force"});
  Expect({"delete", "utilities/legal-queue", "--force"}, 0, {"deleted"});
}

TEST_F(FilesTest, TheExampleOfConditionsRunsAsPrinted) {
  std::ifstream file("docs/conditions.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string begin = "```yaml\n";
  int count = 0;
  for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    Write(absl::StrCat(++count, ".yaml"), text.substr(at, text.find("```", at) - at));
  }
  EXPECT_EQ(count, 3);
  Expect({"apply", "-f", Folder()}, 0, {"3 created, 2 published\n"});
  Expect({"start", "quote", "--id", "q-7", "--person", "ada@example.com", "--day-one", "2027-01-04",
          "--set", "amount=50000"},
         0, {"desk    Deal desk approval   deal-desk  ready"});
  Expect({"set", "q-7", "discount=25", "--reason", "third round"}, 0, {"discount: 25"});
  Expect({"list", "history", "q-7"}, 0, {"level -> desk", "third round"});
  Expect({"delete", "steps/check-credit", "--reason", "merged"}, 5, {"STEP_IN_USE"});
}

}  // namespace
}  // namespace plumbline
