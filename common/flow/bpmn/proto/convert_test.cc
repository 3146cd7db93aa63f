// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/proto/convert.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/yaml/yaml.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

namespace fs = std::filesystem;
using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

catalog::v1::Process Load(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  catalog::v1::Process process;
  const absl::Status status = yaml::Parse(path.string(), text.str(), &process);
  EXPECT_TRUE(status.ok()) << status;
  return process;
}

TEST(ConvertTest, EveryShippedProcessComesBackEqual) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  int processes = 0;
  for (const auto& entry :
       fs::directory_iterator(absl::StrCat(source == nullptr ? "." : source, "/processes"))) {
    if (entry.path().extension() != ".yaml") continue;
    catalog::v1::Process process = Load(entry.path());
    const absl::StatusOr<std::string> xml = ExportProcess(process);
    ASSERT_TRUE(xml.ok()) << xml.status();
    const absl::StatusOr<ImportedProcess> back = ImportProcess(*xml, {});
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(absl::StrCat("processes/", back->process_id), process.name());
    EXPECT_THAT(back->findings, IsEmpty());
    EXPECT_THAT(back->fields,
                UnorderedElementsAre("title", "purpose", "owner", "target", "labels", "attributes",
                                     "milestones", "escalations", "root"));
    process.clear_name();
    EXPECT_TRUE(MessageDifferencer::Equals(back->content, process)) << entry.path();
    ++processes;
  }
  EXPECT_GE(processes, 5);
}

std::vector<std::string> FieldsOf(const google::protobuf::Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

// A field that is added to the tree needs a place in BPMN, or exporting loses it: give it one, add
// it to the trees of round_trip_test.cc, and then here.
TEST(ConvertTest, EveryFieldOfTheTreeHasAPlace) {
  namespace v1 = catalog::v1;
  EXPECT_THAT(FieldsOf(*v1::Node::descriptor()),
              UnorderedElementsAre("id", "title", "optional", "condition", "sequence", "parallel",
                                   "choice", "loop", "call", "step"));
  EXPECT_THAT(FieldsOf(*v1::Sequence::descriptor()), UnorderedElementsAre("nodes"));
  EXPECT_THAT(FieldsOf(*v1::Parallel::descriptor()), UnorderedElementsAre("nodes"));
  EXPECT_THAT(FieldsOf(*v1::Choice::descriptor()), UnorderedElementsAre("nodes", "decider"));
  EXPECT_THAT(FieldsOf(*v1::Loop::descriptor()),
              UnorderedElementsAre("body", "redo", "decider", "leave_when"));
  EXPECT_THAT(FieldsOf(*v1::Call::descriptor()), UnorderedElementsAre("process", "arguments"));
  EXPECT_THAT(FieldsOf(*v1::Argument::descriptor()),
              UnorderedElementsAre("attribute", "value", "from"));
  EXPECT_THAT(
      FieldsOf(*v1::Attribute::descriptor()),
      UnorderedElementsAre("id", "title", "description", "type", "required", "default_value",
                           "minimum", "maximum", "allowed_values", "currency"));
  EXPECT_THAT(FieldsOf(*v1::Step::descriptor()),
              UnorderedElementsAre("role", "target", "earliest_day", "utilities", "checklist",
                                   "defect_kinds", "instructions", "uses", "outputs", "verifier",
                                   "waiver_approver", "automation"));
  EXPECT_THAT(FieldsOf(*v1::Automation::descriptor()),
              UnorderedElementsAre("webhook", "answer_minutes"));
  EXPECT_THAT(FieldsOf(*v1::Milestone::descriptor()),
              UnorderedElementsAre("id", "title", "description", "node", "target"));
  EXPECT_THAT(FieldsOf(*v1::EscalationRule::descriptor()),
              UnorderedElementsAre("id", "trigger", "steps", "levels"));
  EXPECT_THAT(FieldsOf(*v1::EscalationLevel::descriptor()),
              UnorderedElementsAre("after", "notify"));
  EXPECT_THAT(FieldsOf(*v1::ChecklistItem::descriptor()),
              UnorderedElementsAre("id", "title", "optional"));
}

TEST(ConvertTest, AnotherVendorsFileSaysOnlyItsTreeAndTitle) {
  const absl::StatusOr<ImportedProcess> imported = ImportProcess(
      R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
           <process id="Order_Handling"><task id="a" name="Ship"/></process></definitions>)",
      {.default_role = "warehouse"});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->process_id, "order-handling");
  EXPECT_THAT(imported->fields, ElementsAre("title", "root"));
  EXPECT_EQ(imported->content.owner(), "warehouse");
  EXPECT_EQ(imported->content.root().step().role(), "warehouse");
}

TEST(ConvertTest, ARevisionIsExportedUnderTheIdOfItsProcess) {
  catalog::v1::Process process;
  process.set_name("workspaces/acme/processes/deal-desk@3");
  process.set_title("Deal desk");
  process.set_owner("desk");
  process.mutable_root()->set_id("a");
  process.mutable_root()->set_title("A");
  process.mutable_root()->mutable_step()->set_role("desk");
  const absl::StatusOr<std::string> xml = ExportProcess(process);
  ASSERT_TRUE(xml.ok());
  EXPECT_EQ(ImportProcess(*xml, {})->process_id, "deal-desk");
}

TEST(ConvertTest, AKeptProcessThatIsInvalidIsAFaultOfOurs) {
  catalog::v1::Process process;
  process.mutable_root();
  EXPECT_EQ(ExportProcess(process).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace plumbline::flow::bpmn
