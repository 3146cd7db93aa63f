// SPDX-License-Identifier: Apache-2.0
#include "common/http/client.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/http/testing_receiver.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::http {
namespace {

using ::testing::HasSubstr;
using testing::Received;
using testing::Receiver;
using testing::Reply;

ClientOptions AllowLoopback() {
  return {.destinations = *Destinations::Create("networks", "127.0.0.0/8,::1")};
}

Answer PostTo(const std::string& url, const ClientOptions& options = AllowLoopback()) {
  return Post(*NewCurlClient(options), {url, {{"content-type", "text/plain"}}, "hello"});
}

TEST(Client, SendsHeadersAndBody) {
  Receiver receiver;
  receiver.Answer({.status = 202, .body = "thank you"});
  const Answer answer = PostTo(receiver.Url("/a?b=c"));
  EXPECT_EQ(answer.status, 202) << answer.error;
  EXPECT_EQ(answer.body, "thank you");
  EXPECT_FALSE(answer.retry_after.has_value());
  ASSERT_EQ(receiver.received().size(), 1u);
  const Received received = receiver.received()[0];
  EXPECT_EQ(received.method, "POST");
  EXPECT_EQ(received.path, "/a?b=c");
  EXPECT_EQ(received.headers.at("content-type"), "text/plain");
  EXPECT_EQ(received.body, "hello");
}

TEST(Client, RefusesAddressesThatAreNotAllowed) {
  Receiver receiver;
  // By number, by a name that leads there, and as another spelling.
  for (const std::string& url :
       {receiver.Url(), absl::StrCat("http://localhost:", receiver.port(), "/"),
        absl::StrCat("http://2130706433:", receiver.port(), "/"),
        absl::StrCat("http://[::ffff:127.0.0.1]:", receiver.port(), "/")}) {
    const Answer answer = PostTo(url, {});
    EXPECT_EQ(answer.status, 0) << url;
    EXPECT_THAT(answer.error, HasSubstr("allowed_networks")) << url;
  }
  EXPECT_TRUE(receiver.received().empty());
}

TEST(Client, TheMachinesProxyIsNotUsed) {
  Receiver receiver;
  Receiver proxy;
  ::setenv("http_proxy", proxy.Url("").c_str(), 1);
  EXPECT_EQ(PostTo(receiver.Url()).status, 200);
  ::unsetenv("http_proxy");
  EXPECT_TRUE(proxy.received().empty());
}

TEST(Client, FollowsNoRedirect) {
  Receiver receiver;
  Receiver other;
  receiver.Answer({.status = 307, .headers = {{"Location", other.Url()}}});
  EXPECT_EQ(PostTo(receiver.Url()).status, 307);
  EXPECT_TRUE(other.received().empty());
}

TEST(Client, OtherSchemesAreNotAsked) {
  EXPECT_NE(PostTo("file:///etc/hostname").error, "");
  EXPECT_NE(PostTo("gopher://127.0.0.1/").error, "");
}

TEST(Client, KeepsABeginningOfTheAnswer) {
  Receiver receiver;
  receiver.Answer({.status = 500, .body = std::string(3000, 'x')});
  Answer answer = PostTo(receiver.Url());
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, std::string(1024, 'x'));
  // More than it reads at all: an answer all the same.
  receiver.Answer({.status = 201, .body = std::string(1 << 20, 'y')});
  answer = PostTo(receiver.Url());
  EXPECT_EQ(answer.status, 201) << answer.error;
  EXPECT_EQ(answer.body, std::string(1024, 'y'));
}

TEST(Client, RetryAfter) {
  Receiver receiver;
  receiver.Answer({.status = 503, .headers = {{"Retry-After", "120"}}});
  EXPECT_EQ(PostTo(receiver.Url()).retry_after, absl::Minutes(2));
}

TEST(Client, NoAnswer) {
  Receiver receiver;
  receiver.Answer({.hang_up = true});
  EXPECT_THAT(PostTo(receiver.Url()).error, HasSubstr("without an answer"));
  int port = 0;
  { port = Receiver().port(); }
  EXPECT_THAT(PostTo(absl::StrCat("http://127.0.0.1:", port)).error, HasSubstr("refused"));
  EXPECT_THAT(PostTo("http://name.invalid/").error, HasSubstr("not known"));
}

TEST(Client, WaitsNoLongerThanItsLimit) {
  Receiver receiver;
  absl::Notification over;
  receiver.Answer([&](const Received&) {
    over.WaitForNotification();
    return Reply{};
  });
  ClientOptions options = AllowLoopback();
  options.timeout = absl::Milliseconds(50);
  EXPECT_THAT(PostTo(receiver.Url(), options).error, HasSubstr("in time"));
  over.Notify();
}

TEST(Client, ManyAtOnceOnOneThread) {
  Receiver receiver;
  absl::Mutex mutex;
  int waiting = 0;
  // Nobody is answered before all have asked.
  receiver.Answer([&](const Received& received) {
    absl::MutexLock lock(&mutex);
    ++waiting;
    mutex.Await(absl::Condition(
        +[](int* count) { return *count >= 8; }, &waiting));
    return Reply{.body = received.path};
  });
  const std::unique_ptr<Client> client = NewCurlClient(AllowLoopback());
  for (uint64_t id = 1; id <= 8; ++id)
    client->Start(id, {receiver.Url(absl::StrCat("/", id)), {}, ""});
  std::map<uint64_t, std::string> bodies;
  while (client->size() > 0) {
    for (const Finished& one : client->Wait(absl::Seconds(30))) bodies[one.id] = one.answer.body;
  }
  ASSERT_EQ(bodies.size(), 8u);
  for (const auto& [id, body] : bodies) EXPECT_EQ(body, absl::StrCat("/", id));
}

TEST(Client, WakeEndsAWait) {
  const std::unique_ptr<Client> client = NewCurlClient({});
  client->Wake();
  EXPECT_TRUE(client->Wait(absl::Minutes(10)).empty());  // would hang the test
}

}  // namespace
}  // namespace plumbline::http
