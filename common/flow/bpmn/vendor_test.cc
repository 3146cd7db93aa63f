// SPDX-License-Identifier: Apache-2.0
//
// Files in the styles of the common tools; they lie in tests/bpmn/vendors.
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/test_text.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

struct Row {
  std::string file;
  std::string title;
  std::string tree;
  std::string roles;  // of the steps, in order
  std::string findings;
};

std::string ReadText(const std::string& file) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  std::ifstream in(absl::StrCat(source == nullptr ? "." : source, "/tests/bpmn/vendors/", file));
  EXPECT_TRUE(in.good()) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void AppendRoles(const Node& node, std::string* roles) {
  if (node.kind == NodeKind::kStep) {
    absl::StrAppend(roles, roles->empty() ? "" : ", ", node.step.role);
    if (node.step.target) absl::StrAppend(roles, " in ", node.step.target->minutes, " minutes");
  }
  for (const Node& child : node.children) AppendRoles(child, roles);
}

class VendorTest : public testing::TestWithParam<Row> {};

TEST_P(VendorTest, IsRead) {
  const absl::StatusOr<Imported> imported = Import(ReadText(GetParam().file), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->process.content.title, GetParam().title);
  EXPECT_EQ(TextOf(imported->process.content.root), GetParam().tree);
  std::string roles;
  AppendRoles(imported->process.content.root, &roles);
  EXPECT_EQ(roles, GetParam().roles);
  EXPECT_EQ(TextOf(imported->findings), GetParam().findings);
}

TEST_P(VendorTest, SurvivesOurExport) {
  const absl::StatusOr<Imported> imported = Import(ReadText(GetParam().file), {});
  ASSERT_TRUE(imported.ok());
  const absl::StatusOr<Imported> again = Import(Export(imported->process), {});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->process == imported->process);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, VendorTest,
    testing::ValuesIn(std::vector<Row>{
        {"camunda-modeler.bpmn", "Invoice approval",
         "seq(loop 'Approved?'(seq(Assign approver, Approve invoice)), call "
         "processes/payment-run)",
         "accounting, management in 240 minutes",
         "line 3 ignored definitions Definitions_0x3k1pz: elements of other vendors (1) are not "
         "kept\n"
         "line 40 ignored sequenceFlow Flow_yes: its condition '${approved}' is not kept: a person "
         "decides\n"
         "line 43 ignored sequenceFlow Flow_again: its condition '${not approved}' is not kept: a "
         "person decides\n"
         "line 46 ignored callActivity Activity_pay: the version '3' of what it calls is one of "
         "another system and not kept: publishing pins the latest revision\n"
         "line 54 ignored textAnnotation TextAnnotation_1: is not part of the flow"},
        {"camunda-8.bpmn", "Order a laptop",
         "and 'What is needed?'(Order the laptop?, sub 'a phone'(Reserve a number, call "
         "processes/order-phone)?)",
         "it, unassigned",
         "line 3 ignored definitions Definitions_1: elements of other vendors (2) are not kept\n"
         "line 6 ignored inclusiveGateway Gateway_what: is read as parallel branches, each of "
         "which may be left out\n"
         "line 12 ignored sequenceFlow Flow_laptop: that it is taken where none of the other "
         "conditions holds is not kept: that of sequenceFlow 'a phone' (line 13) is not kept, so "
         "that a person decides\n"
         "line 13 ignored sequenceFlow Flow_phone: its condition '=phone = true' is not kept: a "
         "person decides"},
        {"bpmn-io.bpmn", "Web shop",
         "seq(Check the order, xor 'In stock?' by Sales(sub 'yes'(and(Pack, Print the label), "
         "Ship), Refuse))",
         "Sales, Warehouse, Warehouse, Warehouse, Sales",
         "line 6 ignored participant Participant_customer: is not part of the process that is "
         "read\n"
         "line 7 ignored messageFlow Flow_message: is not part of the process that is read\n"
         "line 27 ignored startEvent StartEvent_1: that a message starts it is not kept"},
        {"signavio.bpmn", "Hire a person", "seq(Write the advertisement, sub 'Choose'(Read, Meet))",
         "Human resources, Human resources, Human resources",
         "line 3 ignored definitions sid-7a5b: elements of other vendors (3) are not kept\n"
         "line 40 ignored dataObjectReference sid-E1: is not part of the flow"},
        {"bizagi.bpmn", "Vacation request",
         "seq(Request, and(Approve, loop 'Again?'(Inform the team)))",
         "unassigned, Manager, unassigned",
         "line 3 ignored definitions _20261126: elements of other vendors (1) are not kept"},
        {"flowable.bpmn20.xml", "Support case", "seq(Triage, Solve?, Close)",
         "support, unassigned, support",
         "line 3 ignored definitions : elements of other vendors (1) are not kept\n"
         "line 17 ignored sequenceFlow f3: its condition '${!known}' is not kept: a person "
         "decides"},
    }),
    [](const auto& row) {
      std::string name;
      for (const char c : row.param.file)
        if (std::isalnum(static_cast<unsigned char>(c))) name.push_back(c);
      return name;
    });

}  // namespace
}  // namespace plumbline::flow::bpmn
