// SPDX-License-Identifier: Apache-2.0
//
// ExportProcessBpmn and ImportProcessBpmn over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kName[] = "workspaces/acme/processes/deal-desk";

std::string FileOf(absl::string_view elements) {
  return absl::StrCat(
      "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\n<process id='Deal_Desk' "
      "name='Deal desk'>\n",
      elements, "\n</process></definitions>");
}

v1::ImportProcessBpmnRequest ImportRequest(absl::string_view elements) {
  v1::ImportProcessBpmnRequest request;
  request.set_parent("workspaces/acme");
  request.set_xml(FileOf(elements));
  return request;
}

absl::StatusOr<v1::ImportProcessBpmnResponse> Import(TestCatalog& catalog,
                                                     const v1::ImportProcessBpmnRequest& request) {
  return catalog.Call<v1::ImportProcessBpmnResponse>("ImportProcessBpmn", request);
}

absl::StatusOr<std::string> Export(TestCatalog& catalog, const std::string& name) {
  v1::ExportProcessBpmnRequest request;
  request.set_name(name);
  auto response = catalog.Call<v1::ExportProcessBpmnResponse>("ExportProcessBpmn", request);
  if (!response.ok()) return response.status();
  return response->xml();
}

v1::Process Full() {
  v1::Process process = ProcessOf("Deal desk", SequenceNode("all", {StepNode("a"), StepNode("b")}));
  process.set_purpose("Decides.");
  process.mutable_target()->set_days(6);
  (*process.mutable_labels())["area"] = "deals";
  return process;
}

TEST(BpmnTest, WhatIsExportedCanBeImportedUnderAnotherId) {
  TestCatalog catalog;
  ASSERT_TRUE(catalog.Create("deal-desk", Full()).ok());
  ASSERT_TRUE(catalog.Publish("deal-desk").ok());
  for (const std::string& name :
       {std::string(kName), absl::StrCat(kName, "@1"), absl::StrCat(kName, "@latest")}) {
    const absl::StatusOr<std::string> xml = Export(catalog, name);
    ASSERT_TRUE(xml.ok()) << xml.status();
    v1::ImportProcessBpmnRequest request;
    request.set_parent("workspaces/acme");
    request.set_process_id("copy");
    request.set_xml(*xml);
    auto imported = Import(catalog, request);
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(imported->findings_size(), 0);
    EXPECT_FALSE(imported->freshness_token().empty());
    const v1::Process copy = *catalog.Get("copy");
    EXPECT_TRUE(MessageDifferencer::Equals(copy.root(), Full().root()));
    EXPECT_EQ(copy.purpose(), "Decides.");
    EXPECT_EQ(copy.labels().at("area"), "deals");
    EXPECT_EQ(copy.target().days(), 6);
  }
}

TEST(BpmnTest, TheFileGivesTheIdIfTheRequestDoesNot) {
  TestCatalog catalog;
  auto imported = Import(catalog, ImportRequest("<task id='a' name='Ask'/>"));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->process().name(), kName);
  EXPECT_EQ(imported->process().title(), "Deal desk");
  EXPECT_EQ(imported->process().owner(), "unassigned");
  EXPECT_EQ(imported->process().state(), v1::Process::STATE_DRAFT);
}

TEST(BpmnTest, WhatTheFileDoesNotSayStaysInADraft) {
  TestCatalog catalog;
  ASSERT_TRUE(catalog.Create("deal-desk", Full()).ok());
  v1::ImportProcessBpmnRequest request = ImportRequest("<task id='ask' name='Ask'/>");
  request.set_default_owner("desk");
  auto imported = Import(catalog, request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  const v1::Process& process = imported->process();
  EXPECT_EQ(process.root().id(), "ask");
  EXPECT_EQ(process.root().step().role(), "desk");
  EXPECT_EQ(process.owner(), Full().owner());
  EXPECT_EQ(process.purpose(), "Decides.");
  EXPECT_EQ(process.labels_size(), 1);
}

// Such a file says all fields of a content, in an order of its own.
TEST(BpmnTest, AFullFileOverADraftReplacesWhatDiffersAndTheHistoryNamesIt) {
  TestCatalog catalog;
  v1::Process changed = Full();
  changed.set_title("Deal lounge");
  changed.set_purpose("Decides sooner.");
  changed.set_owner("lounge");
  changed.mutable_target()->set_days(2);
  (*changed.mutable_labels())["area"] = "lounges";
  v1::Attribute* attribute = changed.add_attributes();
  attribute->set_id("amount");
  attribute->set_title("Amount");
  attribute->set_type(v1::Attribute::TYPE_NUMBER);
  *changed.mutable_root() = StepNode("c");
  v1::Milestone* milestone = changed.add_milestones();
  milestone->set_id("able");
  milestone->set_title("Able");
  milestone->set_node("c");
  v1::EscalationRule* rule = changed.add_escalations();
  rule->set_id("late");
  rule->set_trigger(v1::EscalationRule::TRIGGER_OVERDUE);
  rule->add_levels()->add_notify("@assignee");
  ASSERT_EQ(ReasonText(catalog.Create("changed", changed)), "OK");
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", Full())), "OK");
  v1::ImportProcessBpmnRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id("deal-desk");
  request.set_xml(*Export(catalog, "workspaces/acme/processes/changed"));
  auto imported = Import(catalog, request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  const v1::Process& process = imported->process();
  EXPECT_EQ(process.title(), "Deal lounge");
  EXPECT_EQ(process.purpose(), "Decides sooner.");
  EXPECT_EQ(process.owner(), "lounge");
  EXPECT_EQ(process.target().days(), 2);
  EXPECT_EQ(process.labels().at("area"), "lounges");
  ASSERT_EQ(process.attributes_size(), 1);
  EXPECT_EQ(process.milestones(0).node(), "c");
  EXPECT_EQ(process.escalations(0).levels(0).notify(0), "@assignee");
  EXPECT_EQ(process.root().id(), "c");
  v1::ListProcessHistoryRequest list;
  list.set_name(kName);
  auto history = catalog.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", list);
  ASSERT_TRUE(history.ok()) << history.status();
  for (const v1::CatalogHistoryEntry& entry : history->entries()) {
    if (entry.kind() != v1::CatalogHistoryEntry::KIND_UPDATED) continue;
    EXPECT_THAT(entry.fields(),
                UnorderedElementsAre("title", "purpose", "owner", "target", "labels", "attributes",
                                     "milestones", "escalations", "root"));
    return;
  }
  ADD_FAILURE() << "no entry says that it was updated";
}

TEST(BpmnTest, ARevisionInTheFileWinsOverACallByNameInTheDraft) {
  TestCatalog catalog;
  ASSERT_TRUE(
      catalog.Create("order", ProcessOf("Order", CallNode("c", "processes/deal-desk"))).ok());
  auto xml = Export(catalog, "workspaces/acme/processes/order");
  ASSERT_TRUE(xml.ok()) << xml.status();
  ASSERT_EQ(absl::StrReplaceAll({{"calledElement=\"process_deal-desk\"",
                                  "calledElement=\"processes/deal-desk@1\""}},
                                &*xml),
            1);
  v1::ImportProcessBpmnRequest request;
  request.set_parent("workspaces/acme");
  request.set_xml(*xml);
  auto imported = Import(catalog, request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->findings_size(), 1);
  EXPECT_EQ(catalog.Get("order")->root().call().process(), "processes/deal-desk@1");
}

TEST(BpmnTest, ValidateOnlyWritesNothing) {
  TestCatalog catalog;
  v1::ImportProcessBpmnRequest request = ImportRequest("<task id='a' name='Ask'/>");
  request.set_validate_only(true);
  auto imported = Import(catalog, request);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->process().name(), kName);
  EXPECT_EQ(ReasonText(catalog.Get("deal-desk")), "RESOURCE_NOT_FOUND");
}

TEST(BpmnTest, ARepeatedRequestGetsTheSameAnswer) {
  TestCatalog catalog;
  v1::ImportProcessBpmnRequest request =
      ImportRequest("<task id='a' name='Ask'/><textAnnotation id='n'/>");
  request.set_request_id("one");
  auto first = Import(catalog, request);
  auto second = Import(catalog, request);
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *second));
  request.set_best_effort(true);
  EXPECT_EQ(ReasonText(Import(catalog, request)), "REQUEST_ID_REUSED");
}

TEST(BpmnTest, BestEffortTellsWhatItDropped) {
  TestCatalog catalog;
  v1::ImportProcessBpmnRequest request = ImportRequest(
      "<task id='a' name='Ask'/>\n<boundaryEvent id='b' name='Fails' attachedToRef='a'>"
      "<errorEventDefinition/></boundaryEvent>");
  auto refused = Import(catalog, request);
  EXPECT_EQ(ReasonText(refused), "BPMN_UNSUPPORTED");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(base::FieldViolationsOf(refused.status()).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(refused.status())[0].field, "xml.boundaryEvent['b']");
  request.set_best_effort(true);
  auto kept = Import(catalog, request);
  ASSERT_TRUE(kept.ok()) << kept.status();
  ASSERT_EQ(kept->findings_size(), 1);
  const v1::BpmnFinding& finding = kept->findings(0);
  EXPECT_EQ(finding.element(), "boundaryEvent");
  EXPECT_EQ(finding.id(), "b");
  EXPECT_EQ(finding.name(), "Fails");
  EXPECT_EQ(finding.line(), 4);
  EXPECT_EQ(finding.effect(), v1::BpmnFinding::EFFECT_DROPPED);
  EXPECT_THAT(finding.reason(), HasSubstr("only timers"));
}

struct Row {
  std::string name;
  std::function<void(v1::ImportProcessBpmnRequest&)> spoil;
  std::string reason;
  std::string field;  // of a FIELD_INVALID
};

class BadImportTest : public ::testing::TestWithParam<Row> {};

TEST_P(BadImportTest, IsRefused) {
  TestCatalog catalog;
  v1::ImportProcessBpmnRequest request = ImportRequest("<task id='a' name='Ask'/>");
  GetParam().spoil(request);
  auto imported = Import(catalog, request);
  EXPECT_EQ(ReasonText(imported), GetParam().reason) << imported.status();
  if (GetParam().field.empty()) return;
  const auto violations = base::FieldViolationsOf(imported.status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadImportTest,
    ::testing::ValuesIn(std::vector<Row>{
        {"NoParent", [](auto& r) { r.clear_parent(); }, "FIELD_INVALID", "parent"},
        {"BadId", [](auto& r) { r.set_process_id("Deal Desk"); }, "FIELD_INVALID", "process_id"},
        {"NoXml", [](auto& r) { r.clear_xml(); }, "FIELD_INVALID", "xml"},
        {"LongOwner", [](auto& r) { r.set_default_owner(std::string(201, 'o')); }, "FIELD_INVALID",
         "default_owner"},
        {"LongRequestId", [](auto& r) { r.set_request_id(std::string(129, 'r')); }, "FIELD_INVALID",
         "request_id"},
        {"UnknownElement", [](auto& r) { r.set_process_element("x"); }, "FIELD_INVALID",
         "process_element"},
        {"NoXmlAtAll", [](auto& r) { r.set_xml("id: a"); }, "IMPORT_FORMAT", ""},
        {"EtagOfNothing", [](auto& r) { r.set_etag("e"); }, "RESOURCE_NOT_FOUND", ""},
    }),
    [](const auto& row) { return row.param.name; });

TEST(BpmnTest, AnOldEtagIsRefused) {
  TestCatalog catalog;
  ASSERT_TRUE(catalog.Create("deal-desk", Full()).ok());
  v1::ImportProcessBpmnRequest request = ImportRequest("<task id='a' name='Ask'/>");
  request.set_etag("old");
  EXPECT_EQ(ReasonText(Import(catalog, request)), "ETAG_MISMATCH");
}

TEST(BpmnTest, ExportNeedsAProcessThatIsThere) {
  TestCatalog catalog;
  EXPECT_EQ(ReasonText(Export(catalog, kName)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Export(catalog, "deal-desk")), "FIELD_INVALID");
}

}  // namespace
}  // namespace plumbline::catalog
