// SPDX-License-Identifier: Apache-2.0
#include "common/base/random.h"

#include <openssl/rand.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace plumbline::base {

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    std::abort();
  return bytes;
}

double RandomFraction() {
  const std::string bytes = RandomBytes(sizeof(uint64_t));
  uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  // A double holds 53 bits.
  return static_cast<double>(number >> 11) / static_cast<double>(uint64_t{1} << 53);
}

}  // namespace plumbline::base
