// SPDX-License-Identifier: Apache-2.0
//
// "redis://[:password@]host[:port][/db]". Private to this folder.
#ifndef PLUMBLINE_COMMON_CACHE_REDIS_URL_H_
#define PLUMBLINE_COMMON_CACHE_REDIS_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::cache {

struct RedisAddress {
  std::string host;
  int port = 6379;
  std::string password;  // "" = none
  int database = 0;
};

// FIELD_INVALID (of "cache.redis_url") says what is wrong without quoting the password.
absl::StatusOr<RedisAddress> ParseRedisUrl(absl::string_view url);

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_REDIS_URL_H_
