// SPDX-License-Identifier: Apache-2.0
#include "common/cache/redis_connection.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plumbline::cache {
namespace {

absl::Status Broken(const redisContext& context) {
  return absl::UnavailableError(context.err == 0 ? "no answer" : context.errstr);
}

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

}  // namespace

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisAddress& address,
                                                                       absl::Duration timeout) {
  const timeval limit = absl::ToTimeval(timeout);
  redisContext* context = redisConnectWithTimeout(address.host.c_str(), address.port, limit);
  if (context == nullptr) return absl::UnavailableError("out of memory");
  std::unique_ptr<RedisConnection> connection(new RedisConnection(context));
  if (context->err != 0 || redisSetTimeout(context, limit) != REDIS_OK) return Broken(*context);
  RETURN_IF_ERROR(connection->Greet(address));
  return connection;
}

absl::Status RedisConnection::Greet(const RedisAddress& address) {
  std::vector<Command> commands;
  if (!address.password.empty()) commands.push_back({"AUTH", address.password});
  if (address.database != 0) commands.push_back({"SELECT", absl::StrCat(address.database)});
  commands.push_back({"PING"});
  std::string refusal;
  RETURN_IF_ERROR(Run(commands, &refusal).status());
  if (!refusal.empty()) return absl::PermissionDeniedError(refusal);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RedisConnection::Reply>> RedisConnection::Run(
    const std::vector<Command>& commands, std::string* refusal) {
  for (const Command& command : commands) {
    std::vector<const char*> words;
    std::vector<size_t> lengths;
    for (const std::string& word : command) {
      words.push_back(word.data());
      lengths.push_back(word.size());
    }
    if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(),
                               lengths.data()) != REDIS_OK) {
      return Broken(*context_);
    }
  }
  std::vector<Reply> replies;
  for (size_t i = 0; i < commands.size(); ++i) {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) {
      return Broken(*context_);
    }
    const std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(raw));
    Reply& text = replies.emplace_back();
    if (reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS) {
      text.emplace(reply->str, reply->len);
    } else if (reply->type == REDIS_REPLY_ERROR) {
      refusal->assign(reply->str, reply->len);
    }
  }
  return replies;
}

}  // namespace plumbline::cache
