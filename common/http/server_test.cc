// SPDX-License-Identifier: Apache-2.0
#include "common/http/server.h"

#include <atomic>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/http/raw_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::http {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using testing::Ask;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RawClient;
using ::testing::StartsWith;

class ServerTest : public ::testing::Test {
 protected:
  void Start(Handler handler, ServerOptions options = {}) {
    options.listen_address = "127.0.0.1:0";
    auto started = Server::Start(
        "feeds.listen_address", options,
        [this, handler = std::move(handler)](const Incoming& incoming) {
          ++asked_;
          return handler(incoming);
        },
        clock_, logger_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }
  void Start() {
    Start([](const Incoming&) { return PlainText(200, "here"); });
  }
  static std::string Get(const std::string& path, const std::string& headers = "") {
    return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n", headers, "\r\n");
  }
  std::string Log() const {
    absl::MutexLock lock(&mutex_);
    return log_;
  }

  base::FakeClock clock_;
  mutable absl::Mutex mutex_;
  std::string log_ ABSL_GUARDED_BY(mutex_);
  base::Logger logger_{clock_, base::LogLevel::kInfo, [this](absl::string_view line) {
                         absl::MutexLock lock(&mutex_);
                         log_.append(line.data(), line.size());
                       }};
  std::atomic<int> asked_{0};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AsksTheHandlerForWhatIsRead) {
  Start([](const Incoming& incoming) {
    return PlainText(200, absl::StrCat(incoming.path, " ", incoming.Header("if-none-match")));
  });
  const std::string got = Ask(server_->address(), Get("/a%2Fb?secret=1",
                                                      "If-None-Match: \"1\"\r\n"
                                                      "IF-NONE-MATCH: \"2\"\r\n"));
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(got, EndsWith("\r\n\r\n/a%2Fb \"1\", \"2\"\n"));
  EXPECT_THAT(got, HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerTest, HeadIsAnsweredWithTheLengthAlone) {
  Start();
  const std::string got = Ask(server_->address(), "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Length: 5\r\n"),
                         EndsWith("\r\n\r\n")));
}

TEST_F(ServerTest, WhatDidNotChangeIsNotSent) {
  Start([](const Incoming&) {
    return Response{.status = 304, .headers = {{"ETag", "\"x\""}}, .body = "the whole"};
  });
  const std::string got = Ask(server_->address(), Get("/"));
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 304 "), HasSubstr("ETag: \"x\"\r\n"),
                         HasSubstr("Content-Length: 9\r\n"), EndsWith("\r\n\r\n"),
                         Not(HasSubstr("the whole"))));
}

TEST_F(ServerTest, OtherMethodsAreRefusedWithoutAsking) {
  Start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "FOO"}) {
    const std::string got =
        Ask(server_->address(), absl::StrCat(method, " / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD\r\n")))
        << method;
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(ServerTest, BodiesAreNotRead) {
  Start();
  const std::string header = "Content-Length: 1000000000\r\n";
  EXPECT_THAT(
      Ask(server_->address(), absl::StrCat("POST / HTTP/1.1\r\nHost: x\r\n", header, "\r\nbegun")),
      StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask(server_->address(), Get("/", header) + "begun"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Ask(server_->address(), Get("/", "Transfer-Encoding: chunked\r\n")),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(asked_, 0);
}

TEST_F(ServerTest, LongRequestsAreRefused) {
  Start();
  EXPECT_THAT(Ask(server_->address(), Get("/" + std::string(100'000, 'x'))),
              AnyOf(StartsWith("HTTP/1.1 414 "), IsEmpty()));
  EXPECT_THAT(Ask(server_->address(), Get("/", "X: " + std::string(100'000, 'x') + "\r\n")),
              AnyOf(StartsWith("HTTP/1.1 431 "), IsEmpty()));
  std::string many;
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&many, "X", i, ": y\r\n");
  EXPECT_THAT(Ask(server_->address(), Get("/", many)),
              AnyOf(StartsWith("HTTP/1.1 431 "), IsEmpty()));
  EXPECT_EQ(asked_, 0);
  EXPECT_THAT(Ask(server_->address(), Get("/")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, JunkHarmsNobody) {
  Start();
  std::mt19937 random(7);  // NOLINT: the same junk each time
  for (int i = 0; i < 300; ++i) {
    std::string junk;
    const size_t length = random() % 600;
    for (size_t at = 0; at < length; ++at) junk += static_cast<char>(random());
    if (i % 3 == 1) junk = "GET /" + junk;
    if (i % 3 == 2) junk = Get("/").insert(random() % 20, junk);
    RawClient client(server_->address());
    ASSERT_TRUE(client.connected());
    client.Send(junk);  // and hangs up
  }
  for (const char* odd : {"\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                          "GET / HTTP/1.1\r\n: x\r\n\r\n"}) {
    RawClient client(server_->address());
    client.Send(odd);
  }
  EXPECT_THAT(Ask(server_->address(), Get("/")), StartsWith("HTTP/1.1 200 "));
}

// A byte now and then, as long as it lasts: the clock goes on by half a minute in all.
TEST_F(ServerTest, SlowSendersAreCut) {
  Start();
  RawClient slow(server_->address());
  // Connections are accepted in their order: it has been, when this is answered.
  Ask(server_->address(), Get("/"));
  for (const char letter : std::string("GET / HT")) {
    ASSERT_TRUE(slow.Send(std::string(1, letter)));
    clock_.Advance(absl::Seconds(3));
  }
  RawClient young(server_->address());
  ASSERT_TRUE(young.Send("GET / HTTP/1.1\r\n"));
  EXPECT_THAT(Ask(server_->address(), Get("/")), StartsWith("HTTP/1.1 200 "));
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(slow.ReadAll(), "");
  ASSERT_TRUE(young.Send("Host: x\r\n\r\n"));
  EXPECT_THAT(young.ReadAll(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, SlowReadersAreCut) {
  const std::string large(32 << 20, 'x');
  Start([&](const Incoming&) { return Response{.body = large}; });
  RawClient slow(server_->address());
  ASSERT_TRUE(slow.Send(Get("/")));
  // It has been answered, and fills what the machine keeps of it.
  while (!absl::StrContains(Log(), "\"status\":200")) std::this_thread::yield();
  clock_.Advance(absl::Minutes(1));
  // The connection is cut, not ended: what was on its way is all that comes.
  const auto until = absl::Now() + absl::Seconds(20);
  while (absl::Now() < until && slow.Send("x")) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_LT(slow.ReadAll().size(), large.size());
}

TEST_F(ServerTest, NoMoreConnectionsThanMayBe) {
  Start([](const Incoming&) { return PlainText(200, "here"); }, {.max_connections = 8});
  std::deque<RawClient> idle;
  for (int i = 0; i < 60; ++i) idle.emplace_back(server_->address());
  RawClient waiting(server_->address());
  ASSERT_TRUE(waiting.connected());
  ASSERT_TRUE(waiting.Send(Get("/")));
  // Who was first is cut, and who waits gets a turn, however many stand before him.
  std::thread time([&] {
    while (asked_ == 0) {
      clock_.Advance(absl::Seconds(31));
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
  const std::string got = waiting.ReadAll();
  ++asked_;
  time.join();
  // Or he was cut as well, if the clock ran ahead while he had a turn.
  EXPECT_THAT(got, AnyOf(StartsWith("HTTP/1.1 200 "), IsEmpty()));
  idle.clear();
  EXPECT_THAT(Ask(server_->address(), Get("/")), StartsWith("HTTP/1.1 200 "));
}

// The clock stands still: no connection is cut.
TEST_F(ServerTest, WhoHangsUpHoldsNoPlace) {
  Start([](const Incoming&) { return PlainText(200, "here"); }, {.max_connections = 8});
  for (int i = 0; i < 40; ++i) {
    RawClient client(server_->address());
    client.Send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost:" : "\x16\x03\x01\x02");
  }
  EXPECT_THAT(Ask(server_->address(), Get("/")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, WhoFindsTheQueueFullIsToldWhenToComeAgain) {
  absl::Notification begun, end;
  Start(
      [&](const Incoming&) {
        if (!begun.HasBeenNotified()) begun.Notify();
        end.WaitForNotification();
        return PlainText(200, "here");
      },
      {.threads = 1, .queue = 1, .retry_after = absl::Seconds(45)});
  RawClient first(server_->address());
  ASSERT_TRUE(first.Send(Get("/")));
  begun.WaitForNotification();
  // One waits; the others are told. Which of them it is, is not said.
  std::deque<RawClient> others;
  for (int i = 0; i < 3; ++i) others.emplace_back(server_->address()).Send(Get("/"));
  while (!absl::StrContains(Log(), "\"status\":503")) std::this_thread::yield();
  end.Notify();
  EXPECT_THAT(first.ReadAll(), StartsWith("HTTP/1.1 200 "));
  int refused = 0;
  for (RawClient& other : others) {
    const std::string got = other.ReadAll();
    if (!absl::StartsWith(got, "HTTP/1.1 503 ")) continue;
    ++refused;
    EXPECT_THAT(got, HasSubstr("Retry-After: 45\r\n"));
  }
  EXPECT_GE(refused, 1);
}

TEST_F(ServerTest, WhatWasAdmittedIsAnsweredBeforeItStops) {
  absl::Notification begun, end;
  Start([&](const Incoming&) {
    begun.Notify();
    end.WaitForNotification();
    return PlainText(200, "here");
  });
  RawClient client(server_->address());
  ASSERT_TRUE(client.Send(Get("/")));
  begun.WaitForNotification();
  const std::string address = server_->address();
  std::thread stopping([&] { server_->Stop(); });
  end.Notify();
  stopping.join();
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(Ask(address, Get("/")), "");
}

TEST_F(ServerTest, LongAnswersAreReadToTheirEndWhileItStops) {
  constexpr size_t kBytes = 32 << 20;  // more than any buffer of a connection
  absl::Notification begun;
  Start([&](const Incoming&) {
    begun.Notify();
    return PlainText(200, std::string(kBytes, 'x'));
  });
  RawClient client(server_->address());
  ASSERT_TRUE(client.Send(Get("/")));
  begun.WaitForNotification();
  std::thread stopping([&] { server_->Stop(); });
  EXPECT_GT(client.ReadAll().size(), kBytes);
  stopping.join();
}

TEST_F(ServerTest, WhoDoesNotReadHoldsUpNoStop) {
  absl::Notification begun;
  Start(
      [&](const Incoming&) {
        begun.Notify();
        return PlainText(200, std::string(32 << 20, 'x'));
      },
      {.stopping = absl::Milliseconds(50)});
  RawClient client(server_->address());
  ASSERT_TRUE(client.Send(Get("/")));
  begun.WaitForNotification();
  server_->Stop();
}

TEST_F(ServerTest, TheLogHoldsWhatItWasAboutAndNotThePath) {
  Start([](const Incoming&) {
    Response response = PlainText(404, "no");
    response.about = "calendar feed";
    return response;
  });
  Ask(server_->address(), Get("/calendars/s3cret.ics"));
  EXPECT_THAT(Log(), AllOf(HasSubstr("\"about\":\"calendar feed\""), HasSubstr("\"status\":404"),
                           HasSubstr("\"peer\":\"127.0.0.1\""), Not(HasSubstr("s3cret"))));
}

TEST_F(ServerTest, SaysWhereItCannotListen) {
  Start();
  for (const std::string& address :
       {server_->address(), std::string("127.0.0.1"), std::string("x:-1"),
        std::string("127.0.0.1:70000"), std::string(":80"), std::string("192.0.2.1:0")}) {
    const auto second =
        Server::Start("feeds.listen_address", {.listen_address = address}, {}, clock_, logger_);
    ASSERT_FALSE(second.ok()) << address;
    const auto violations = base::FieldViolationsOf(second.status());
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_EQ(violations[0].field, "feeds.listen_address");
    EXPECT_THAT(violations[0].description, HasSubstr(address));
  }
}

}  // namespace
}  // namespace plumbline::http
