// SPDX-License-Identifier: Apache-2.0
//
// Chance is a parameter, like time: what needs it is given these, or what a test chose.
#ifndef PLUMBLINE_COMMON_BASE_RANDOM_H_
#define PLUMBLINE_COMMON_BASE_RANDOM_H_

#include <cstddef>
#include <functional>
#include <string>

namespace plumbline::base {

// Bytes that nobody can guess: for secrets. Thread-safe. Ends the program if the machine has none,
// since what is guessed would not be seen.
std::string RandomBytes(size_t count);

// A number from 0 to 1, without 1. Thread-safe.
double RandomFraction();

// Where chance comes from. Thread-safe.
struct Chance {
  std::function<std::string(size_t count)> bytes = RandomBytes;
  std::function<double()> fraction = RandomFraction;
};

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_RANDOM_H_
