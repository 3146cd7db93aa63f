// SPDX-License-Identifier: Apache-2.0
//
// What is stored in Redis: a checksum over key and value, then the value. Private to this folder.
#ifndef PLUMBLINE_COMMON_CACHE_ENTRY_H_
#define PLUMBLINE_COMMON_CACHE_ENTRY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/cache/cache.h"

namespace plumbline::cache {

// The stored form of `value` under `key`.
std::string Seal(absl::string_view key, absl::string_view value);

// The value; nullptr if `stored` is not what Seal made for this key.
Bytes Unseal(absl::string_view key, absl::string_view stored);

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_ENTRY_H_
