// SPDX-License-Identifier: Apache-2.0
//
// PublishProcess over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

class PublishTest : public ::testing::Test {
 protected:
  v1::Process Define(absl::string_view id, const v1::Process& process) {
    v1::UpdateProcessRequest request;
    *request.mutable_process() = process;
    request.mutable_process()->set_name(absl::StrCat("workspaces/acme/processes/", id));
    request.set_allow_missing(true);
    auto updated = catalog_.Update(request);
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated.ok() ? updated->process() : v1::Process();
  }
  v1::Process DefineAndPublish(absl::string_view id, const v1::Process& process) {
    Define(id, process);
    auto published = catalog_.Publish(id);
    EXPECT_TRUE(published.ok()) << published.status();
    return published.ok() ? published->process() : v1::Process();
  }

  TestCatalog catalog_;
};

std::vector<std::string> Pins(const v1::Process& process) {
  return {process.pinned_processes().begin(), process.pinned_processes().end()};
}

TEST_F(PublishTest, FreezesTheDraft) {
  v1::Process draft = Define("deal-desk", Calling({}));
  catalog_.clock().Advance(absl::Hours(2));
  v1::PublishProcessRequest request;
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  request.set_reason("first version");
  auto published = catalog_.Publish(request);
  ASSERT_TRUE(published.ok()) << published.status();
  const v1::Process& revision = published->process();
  EXPECT_EQ(revision.name(), draft.name() + "@1");
  EXPECT_EQ(revision.state(), v1::Process::STATE_PUBLISHED);
  EXPECT_EQ(revision.revision(), 1);
  EXPECT_EQ(revision.reason(), "first version");
  EXPECT_EQ(revision.author(), "anonymous");
  EXPECT_EQ(revision.create_time().seconds(), draft.create_time().seconds());
  EXPECT_EQ(revision.update_time().seconds(), draft.update_time().seconds() + 7200);
  EXPECT_TRUE(MessageDifferencer::Equals(revision.root(), draft.root()));

  auto head = catalog_.Get("deal-desk");
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->latest_revision(), 1);
  EXPECT_EQ(head->etag(), draft.etag()) << "the draft is what it was";
  EXPECT_EQ(head->reason(), "");

  Define("deal-desk", ProcessOf("Changed", StepNode("other")));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk@1"), revision));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk@latest"), revision));
  ASSERT_EQ(ReasonText(catalog_.Publish("deal-desk")), "OK");
  EXPECT_EQ(catalog_.Get("deal-desk@latest")->title(), "Changed");
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk@1"), revision));
}

TEST_F(PublishTest, PinsWhatIsCalledTransitively) {
  DefineAndPublish("legal", Calling({}));
  DefineAndPublish("legal", ProcessOf("Legal, again", StepNode("read")));
  DefineAndPublish("credit", Calling({"legal@1"}));
  v1::Process revision = DefineAndPublish("deal-desk", Calling({"credit", "legal"}));
  EXPECT_THAT(Pins(revision),
              ElementsAre("workspaces/acme/processes/credit@1", "workspaces/acme/processes/legal@1",
                          "workspaces/acme/processes/legal@2"));
  EXPECT_EQ(revision.root().sequence().nodes(1).call().process(), "processes/credit@1");
  EXPECT_EQ(revision.root().sequence().nodes(2).call().process(), "processes/legal@2");
  EXPECT_EQ(catalog_.Get("deal-desk")->root().sequence().nodes(2).call().process(),
            "processes/legal")
      << "the draft stays as it was written";
}

TEST_F(PublishTest, FindsCallsInEveryKindOfNode) {
  DefineAndPublish("legal", Calling({}));
  v1::Node loop;
  loop.set_id("again");
  loop.set_title("Again?");
  *loop.mutable_loop()->mutable_body() = CallNode("body", "processes/legal");
  *loop.mutable_loop()->mutable_redo() = CallNode("redo", "processes/legal");
  v1::Node choice;
  choice.set_id("which");
  choice.set_title("Which?");
  *choice.mutable_choice()->add_nodes() = CallNode("one", "processes/legal");
  *choice.mutable_choice()->add_nodes() = StepNode("two");
  v1::Node parallel;
  parallel.set_id("both");
  *parallel.mutable_parallel()->add_nodes() = CallNode("left", "processes/legal");
  *parallel.mutable_parallel()->add_nodes() = StepNode("right");
  v1::Process revision = DefineAndPublish(
      "all", ProcessOf("All kinds", SequenceNode("root", {loop, choice, parallel})));
  const v1::Sequence& nodes = revision.root().sequence();
  EXPECT_EQ(nodes.nodes(0).loop().body().call().process(), "processes/legal@1");
  EXPECT_EQ(nodes.nodes(0).loop().redo().call().process(), "processes/legal@1");
  EXPECT_EQ(nodes.nodes(1).choice().nodes(0).call().process(), "processes/legal@1");
  EXPECT_EQ(nodes.nodes(2).parallel().nodes(0).call().process(), "processes/legal@1");
}

TEST_F(PublishTest, NothingNewIsRefusedUntilACalledProcessMoves) {
  DefineAndPublish("legal", Calling({}));
  DefineAndPublish("deal-desk", Calling({"legal"}));
  auto again = catalog_.Publish("deal-desk");
  EXPECT_EQ(ReasonText(again), "NOTHING_TO_PUBLISH");
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  DefineAndPublish("legal", ProcessOf("Legal, again", StepNode("read")));
  auto moved = catalog_.Publish("deal-desk");
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->process().revision(), 2);
  EXPECT_THAT(Pins(moved->process()), ElementsAre("workspaces/acme/processes/legal@2"));
}

// A process with two attributes, one of them required.
v1::Process WithAttributes() {
  v1::Process process = ProcessOf("Deal desk", StepNode("review"));
  v1::Attribute* amount = process.add_attributes();
  amount->set_id("amount");
  amount->set_title("Amount");
  amount->set_type(v1::Attribute::TYPE_MONEY);
  amount->set_currency("EUR");
  amount->set_required(true);
  v1::Attribute* urgent = process.add_attributes();
  urgent->set_id("urgent");
  urgent->set_title("Urgent");
  urgent->set_type(v1::Attribute::TYPE_BOOL);
  return process;
}

// A process with attributes that calls one with attributes, handing the amount on.
v1::Process HandingOn() {
  v1::Process process = WithAttributes();
  *process.mutable_root() = SequenceNode("all", {CallNode("desk", "processes/desk")});
  v1::Call* call = process.mutable_root()->mutable_sequence()->mutable_nodes(0)->mutable_call();
  v1::Argument* argument = call->add_arguments();
  argument->set_attribute("amount");
  argument->set_from("amount");
  return process;
}

TEST_F(PublishTest, ChecksArgumentsAgainstTheRevisionThatIsCalled) {
  DefineAndPublish("desk", WithAttributes());
  const v1::Process revision = DefineAndPublish("quote", HandingOn());
  EXPECT_EQ(revision.attributes_size(), 2);
  EXPECT_EQ(revision.root().sequence().nodes(0).call().arguments(0).from(), "amount");

  const auto argument = [](v1::Process& process) {
    return process.mutable_root()
        ->mutable_sequence()
        ->mutable_nodes(0)
        ->mutable_call()
        ->mutable_arguments(0);
  };
  struct Row {
    std::string name;
    std::function<void(v1::Process&)> spoil;
    std::string field, part;
  };
  const std::string call = "process.root.sequence.nodes[0].call.arguments";
  for (const Row& row : std::vector<Row>{
           {"Unknown", [&](v1::Process& p) { argument(p)->set_attribute("sum"); },
            call + "[0].attribute", "it has amount, urgent"},
           {"OtherType",
            [&](v1::Process& p) {
              argument(p)->clear_from();
              argument(p)->set_value("much");
            },
            call + "[0].value", "'much'"},
           {"OtherCurrency", [&](v1::Process& p) { p.mutable_attributes(0)->set_currency("USD"); },
            call + "[0].from", "EUR"},
           {"MaybeUnset", [&](v1::Process& p) { p.mutable_attributes(0)->set_required(false); },
            call + "[0].from", "may be without a value"},
       }) {
    SCOPED_TRACE(row.name);
    v1::Process process = HandingOn();
    row.spoil(process);
    Define("quote", process);
    const absl::Status status = catalog_.Publish("quote").status();
    EXPECT_EQ(ReasonText(status), "PROCESS_INVALID");
    const auto violations = base::FieldViolationsOf(status);
    ASSERT_GE(violations.size(), 1u);
    EXPECT_EQ(violations[0].field, row.field);
    EXPECT_THAT(violations[0].description, ::testing::HasSubstr(row.part));
  }
  v1::Process without = HandingOn();
  without.mutable_root()->mutable_sequence()->mutable_nodes(0)->mutable_call()->clear_arguments();
  Define("quote", without);
  const absl::Status status = catalog_.Publish("quote").status();
  EXPECT_EQ(ReasonText(status), "PROCESS_INVALID");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("no value for 'amount'"));
}

TEST_F(PublishTest, RefusesWhatIsWrong) {
  v1::Process draft = Define("deal-desk", Calling({}));
  struct Row {
    std::string name, process, etag, reason_text, reason;
  };
  for (const Row& row : std::vector<Row>{
           {"unknown", "workspaces/acme/processes/x", "", "", "RESOURCE_NOT_FOUND"},
           {"of another workspace", "workspaces/beta/processes/deal-desk", "", "",
            "RESOURCE_NOT_FOUND"},
           {"not a name", "deal-desk", "", "", "FIELD_INVALID"},
           {"a revision", draft.name() + "@1", "", "", "FIELD_INVALID"},
           {"old etag", draft.name(), "0123456789abcdef", "", "ETAG_MISMATCH"},
           {"long reason", draft.name(), "", std::string(1001, 'r'), "FIELD_INVALID"}}) {
    v1::PublishProcessRequest request;
    request.set_name(row.process);
    request.set_etag(row.etag);
    request.set_reason(row.reason_text);
    EXPECT_EQ(ReasonText(catalog_.Publish(request)), row.reason) << row.name;
  }
  EXPECT_EQ(catalog_.Get("deal-desk")->latest_revision(), 0);
}

TEST_F(PublishTest, ValidateOnlyChangesNothing) {
  v1::Process draft = Define("deal-desk", Calling({}));
  v1::PublishProcessRequest request;
  request.set_name(draft.name());
  request.set_validate_only(true);
  auto validated = catalog_.Publish(request);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->process().name(), draft.name() + "@1");
  EXPECT_EQ(catalog_.Get("deal-desk")->latest_revision(), 0);
  EXPECT_EQ(ReasonText(catalog_.Get("deal-desk@1")), "RESOURCE_NOT_FOUND");
}

TEST_F(PublishTest, RepeatedRequestPublishesOnce) {
  v1::Process draft = Define("deal-desk", Calling({}));
  v1::PublishProcessRequest request;
  request.set_name(draft.name());
  request.set_request_id("p1");
  auto first = catalog_.Publish(request);
  ASSERT_TRUE(first.ok()) << first.status();
  auto repeated = catalog_.Publish(request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *first));
  EXPECT_EQ(catalog_.Get("deal-desk")->latest_revision(), 1);
}

}  // namespace
}  // namespace plumbline::catalog
