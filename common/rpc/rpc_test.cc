// SPDX-License-Identifier: Apache-2.0
// The small parts: metrics, statuses, options, tokens, retries, the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/rpc/authenticator.h"
#include "common/rpc/call_status.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/echo_service.h"
#include "common/rpc/message_parts.h"
#include "common/rpc/metrics.h"
#include "common/rpc/retry.h"
#include "common/rpc/server_options.h"
#include "google/rpc/status.pb.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::Reason;
using base::ReasonOf;
using ::testing::HasSubstr;

TEST(LatencyHistogramTest, QuantilesAreBucketBounds) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), absl::ZeroDuration());
  for (int i = 0; i < 98; ++i) histogram.Record(absl::Microseconds(2));
  histogram.Record(absl::Microseconds(3));
  histogram.Record(absl::Hours(100));
  EXPECT_EQ(histogram.Quantile(0.5), absl::Microseconds(2));
  EXPECT_EQ(histogram.Quantile(0.99), absl::Nanoseconds(4000));
  EXPECT_GT(histogram.Quantile(1), absl::Minutes(30));
}

TEST(StatusDetailsTest, SurviveTheWire) {
  const absl::Status status = Error(Reason::ERROR_REASON_TASK_STATE, "no")
                                  .With("state", "DONE")
                                  .RetryAfter(absl::Seconds(2));
  const absl::Status back =
      StatusFromDetails(status.code(), status.message(), SerializeStatusDetails(status));
  EXPECT_EQ(back, status);
}

TEST(StatusDetailsTest, FitIntoATrailer) {
  Error error(Reason::ERROR_REASON_FIELD_INVALID, std::string(10'000, 'm'));
  for (int i = 0; i < 300; ++i) error.Field(absl::StrCat("field", i), std::string(50, 'd'));
  error.Resource("Process", std::string(3000, 'r'));
  const std::string bytes = SerializeStatusDetails(error);
  EXPECT_LE(bytes.size(), 4096u);
  const absl::Status back = StatusFromDetails(absl::StatusCode::kInvalidArgument, "m", bytes);
  EXPECT_EQ(ReasonOf(back), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_GT(base::FieldViolationsOf(back).size(), 10u);
}

TEST(StatusDetailsTest, BrokenDetailsLeaveCodeAndMessage) {
  const absl::Status status =
      StatusFromDetails(absl::StatusCode::kNotFound, "gone", "\xff\xff\xff");
  EXPECT_EQ(status, absl::NotFoundError("gone"));
}

TEST(ForCallerTest, CutsLongMessagesBetweenCharacters) {
  std::string text;
  while (text.size() < 1600) text += "\xc3\xa4";
  const absl::Status status = ForCaller(base::FieldError("f", text), "t");
  EXPECT_LT(status.message().size(), 1510u);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  google::rpc::Status proto;
  proto.set_message(std::string(status.message()));
  EXPECT_TRUE(proto.ParseFromString(proto.SerializeAsString()));  // still UTF-8
}

// The same count over the built message, slowly.
size_t PartsOf(const Message& message) {
  size_t parts = 0;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const bool is_message = field->message_type() != nullptr;
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    if (field->is_repeated() || is_message) parts += static_cast<size_t>(count);
    for (int i = 0; is_message && i < count; ++i) {
      parts += PartsOf(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                            : reflection->GetMessage(message, field));
    }
  }
  return parts;
}

void AddNodes(int depth, catalog::v1::Node* node) {
  node->set_id("n");
  if (depth == 0) {
    node->mutable_step()->add_utilities("processes");
    node->mutable_step()->add_utilities("crm");
    return;
  }
  for (int i = 0; i < 3; ++i) AddNodes(depth - 1, node->mutable_sequence()->add_nodes());
}

TEST(MessagePartsTest, CountsWhatParsingWouldBuild) {
  catalog::v1::CreateProcessRequest request;
  EXPECT_EQ(CountParts("", *request.GetDescriptor()), 0u);
  for (int depth = 0; depth < 5; ++depth) {
    AddNodes(depth, request.mutable_process()->mutable_root());
    (*request.mutable_process()->mutable_labels())["region"] = "emea";
    EXPECT_EQ(CountParts(request.SerializeAsString(), *request.GetDescriptor()), PartsOf(request));
  }
}

TEST(MessagePartsTest, BrokenBytesEndTheCount) {
  catalog::v1::CreateProcessRequest request;
  AddNodes(4, request.mutable_process()->mutable_root());
  const std::string bytes = request.SerializeAsString();
  for (size_t end = 0; end < bytes.size(); ++end)
    EXPECT_LE(CountParts(bytes.substr(0, end), *request.GetDescriptor()), PartsOf(request));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = '\xff';
    CountParts(broken, *request.GetDescriptor());
  }
}

TEST(ParseRequestTest, AWideTreeIsRefusedBeforeItIsBuilt) {
  catalog::v1::CreateProcessRequest request;
  auto* nodes = request.mutable_process()->mutable_root()->mutable_sequence();
  for (int i = 0; i < 300'000; ++i) nodes->add_nodes();
  const std::string bytes = request.SerializeAsString();
  catalog::v1::CreateProcessRequest parsed;
  const absl::Status status = ParseRequest(bytes, 4 << 20, &parsed);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_MESSAGE_TOO_LARGE);
  EXPECT_THAT(std::string(status.message()), HasSubstr("200000"));
  EXPECT_FALSE(parsed.has_process());
  nodes->mutable_nodes()->DeleteSubrange(0, 150'000);
  EXPECT_TRUE(ParseRequest(request.SerializeAsString(), 4 << 20, &parsed).ok());
}

struct OptionRow {
  const char* name;
  void (*set)(common::v1::ServerConfig&);
  const char* message;
};

class ServerOptionsTest : public ::testing::TestWithParam<OptionRow> {};
using Config = common::v1::ServerConfig;
INSTANTIATE_TEST_SUITE_P(
    Rows, ServerOptionsTest,
    ::testing::Values(
        OptionRow{"AddressWithoutPort", [](Config& c) { c.set_listen_address("localhost"); },
                  "server.listen_address"},
        OptionRow{"AddressWithBadPort", [](Config& c) { c.set_admin_address("localhost:99999"); },
                  "server.admin_address"},
        OptionRow{"OpenBeyondLoopback", [](Config& c) { c.set_listen_address("0.0.0.0:1"); },
                  "allow_anonymous"},
        OptionRow{"OpenAdminBeyondLoopback", [](Config& c) { c.set_admin_address("[::]:1"); },
                  "server.admin_address"},
        OptionRow{"NameThatLooksLikeLoopback",
                  [](Config& c) { c.set_listen_address("127.example.com:1"); }, "allow_anonymous"},
        OptionRow{"Threads", [](Config& c) { c.mutable_limits()->set_executor_threads(5000); },
                  "4 to 1024"},
        OptionRow{"FewThreads", [](Config& c) { c.mutable_limits()->set_executor_threads(3); },
                  "4 to 1024"},
        OptionRow{"Negative", [](Config& c) { c.mutable_limits()->set_executor_queue(-1); },
                  "executor_queue"},
        OptionRow{"RequestBytes", [](Config& c) { c.mutable_limits()->set_max_request_bytes(10); },
                  "1024 to 67108864"},
        OptionRow{"ZeroDeadline", [](Config& c) { c.mutable_limits()->mutable_max_deadline(); },
                  "max_deadline"},
        OptionRow{"NegativeDrain", [](Config& c) { c.mutable_drain_timeout()->set_seconds(-1); },
                  "drain_timeout"},
        OptionRow{"NoCertificate",
                  [](Config& c) { c.mutable_tls()->set_certificate_file("/nowhere.pem"); },
                  "/nowhere.pem"}),
    [](const auto& row) { return row.param.name; });

TEST_P(ServerOptionsTest, RefusesAndNames) {
  Config config;
  GetParam().set(config);
  const absl::Status status = ServerOptionsOf(config).status();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().message));
}

TEST(ServerOptionsDefaultsTest, AreThoseOfTheProto) {
  const ServerOptions options = *ServerOptionsOf({});
  EXPECT_EQ(options.listen_address, "127.0.0.1:7600");
  EXPECT_EQ(options.executor.threads, 64);
  EXPECT_EQ(options.limits.max_request_bytes, 4u << 20);
  EXPECT_EQ(options.limits.max_deadline, absl::Seconds(60));
  EXPECT_EQ(options.drain_timeout, absl::Seconds(10));
  Config behind_a_proxy;
  behind_a_proxy.set_listen_address("0.0.0.0:7600");
  behind_a_proxy.mutable_auth()->set_allow_anonymous(true);
  EXPECT_TRUE(ServerOptionsOf(behind_a_proxy).ok());
}

TEST(AuthenticatorTest, NamesEverythingThatIsWrong) {
  common::v1::AuthConfig config;
  auto* token = config.add_tokens();
  token->set_token_sha256("short");
  token->add_permissions("catalog.raed");
  token->add_workspaces("A B");
  const absl::Status status = Authenticator::Create(config).status();
  EXPECT_EQ(base::FieldViolationsOf(status).size(), 4u) << status;
}

TEST(AuthenticatorTest, HeaderForms) {
  common::v1::AuthConfig config;
  auto* token = config.add_tokens();
  token->set_token_sha256(absl::AsciiStrToUpper(base::Sha256Hex("secret")));
  token->set_subject("ada");
  token->add_permissions("*");
  token->add_workspaces("*");
  const Authenticator authenticator = *Authenticator::Create(config);
  for (const char* good : {"Bearer secret", "bearer secret", "BEARER  secret "}) {
    auto identity = authenticator.Identify(good);
    ASSERT_TRUE(identity.ok()) << good;
    EXPECT_EQ((*identity)->subject, "ada");
  }
  for (const char* bad :
       {"", "Bearer", "Bearer ", "Basic secret", "secret", "Bearer secre", "Bearer secret2"}) {
    EXPECT_EQ(ReasonOf(authenticator.Identify(bad).status()),
              Reason::ERROR_REASON_CREDENTIALS_INVALID)
        << bad;
  }
}

TEST(MethodTableDeathTest, FaultsOfTheProgrammer) {
  using Q = catalog::v1::GetProcessRequest;
  using R = catalog::v1::GetProcessResponse;
  const auto handler = [](const CallContext&, const Q&, R*) { return absl::OkStatus(); };
  MethodTable table;
  EXPECT_DEATH((table.Unary<Q, R>("plumbline.catalog.v1.CatalogService", "Gone", "",
                                  WorkClass::kRead, handler)),
               "no method");
  EXPECT_DEATH((table.Unary<Q, R>("plumbline.catalog.v1.CatalogService", "ListProcesses", "",
                                  WorkClass::kRead, handler)),
               "takes plumbline.catalog.v1.ListProcessesRequest");
  table.Unary<Q, R>("plumbline.catalog.v1.CatalogService", "GetProcess", "", WorkClass::kRead,
                    handler);
  EXPECT_DEATH((table.Unary<Q, R>("plumbline.catalog.v1.CatalogService", "GetProcess", "",
                                  WorkClass::kRead, handler)),
               "twice");
}

// Answers with statuses in turn.
class ScriptedChannel final : public Channel {
 public:
  ScriptedChannel(std::vector<absl::Status>* script, int* calls) : script_(script), calls_(calls) {}
  absl::Status Call(const CallContext&, absl::string_view, const Message&, Message*) override {
    ++*calls_;
    if (script_->empty()) return absl::OkStatus();
    const absl::Status status = script_->front();
    if (script_->size() > 1 || status.ok()) script_->erase(script_->begin());
    return status;
  }
  absl::Status ReadStream(const CallContext&, absl::string_view, const Message&, const Message&,
                          std::function<bool(const Message&)>) override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<OutgoingStream>> WriteStream(const CallContext&,
                                                              absl::string_view) override {
    return absl::UnimplementedError("");
  }

 private:
  std::vector<absl::Status>* script_;
  int* calls_;
};

class RetryTest : public ::testing::Test {
 protected:
  std::unique_ptr<Channel> Make() {
    RetryOptions options;
    options.wait = [this](const CallContext&, absl::Duration delay) {
      delays_.push_back(delay);
      clock_.Advance(delay);
      return true;
    };
    options.random = [] { return 0.5; };
    return NewRetryingChannel(std::make_unique<ScriptedChannel>(&script_, &calls_), options,
                              clock_);
  }
  absl::Status Get(Channel& channel, const CallContext& context = {}) {
    catalog::v1::GetProcessResponse response;
    return channel.Call(context, kGetProcess, GetRequest("x"), &response);
  }

  base::FakeClock clock_;
  std::vector<absl::Status> script_;
  std::vector<absl::Duration> delays_;
  int calls_ = 0;
};

TEST_F(RetryTest, IdempotentCallsAreRepeatedWithGrowingDelays) {
  script_ = {absl::UnavailableError(""), absl::UnavailableError(""), absl::OkStatus()};
  EXPECT_TRUE(Get(*Make()).ok());
  EXPECT_EQ(calls_, 3);
  EXPECT_EQ(delays_, (std::vector<absl::Duration>{absl::Milliseconds(25), absl::Milliseconds(50)}));
}

TEST_F(RetryTest, GivesUpAfterFourAttempts) {
  script_ = {absl::UnavailableError("down")};
  EXPECT_EQ(Get(*Make()).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 4);
}

TEST_F(RetryTest, RetryInfoIsKept) {
  script_ = {Error(Reason::ERROR_REASON_SHUTTING_DOWN, "").RetryAfter(absl::Seconds(1)),
             absl::OkStatus()};
  EXPECT_TRUE(Get(*Make()).ok());
  EXPECT_GE(delays_.at(0), absl::Seconds(1));
}

TEST_F(RetryTest, NotPastTheDeadline) {
  script_ = {Error(Reason::ERROR_REASON_SHUTTING_DOWN, "").RetryAfter(absl::Seconds(1))};
  EXPECT_FALSE(Get(*Make(), {.deadline = clock_.Now() + absl::Milliseconds(500)}).ok());
  EXPECT_EQ(calls_, 1);
}

TEST_F(RetryTest, BudgetEndsStorms) {
  script_ = {absl::UnavailableError("down")};
  auto channel = Make();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Get(*channel).ok());
  EXPECT_EQ(calls_, 20 + 10);
}

TEST_F(RetryTest, OtherCodesAreNotRepeated) {
  script_ = {absl::ResourceExhaustedError("busy")};
  EXPECT_FALSE(Get(*Make()).ok());
  EXPECT_EQ(calls_, 1);
}

TEST(IsIdempotentTest, Rows) {
  catalog::v1::PublishProcessRequest publish;
  EXPECT_FALSE(IsIdempotent(kPublishProcess, publish));
  publish.set_request_id("r");
  EXPECT_TRUE(IsIdempotent(kPublishProcess, publish));
  EXPECT_TRUE(IsIdempotent(kGetProcess, GetRequest("x")));
  EXPECT_TRUE(IsIdempotent("/plumbline.analytics.v1.AnalyticsService/WriteEvents",
                           analytics::v1::WriteEventsRequest()));
}

}  // namespace
}  // namespace plumbline::rpc
