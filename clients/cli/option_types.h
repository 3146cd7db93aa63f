// SPDX-License-Identifier: Apache-2.0
//
// The options' types of the command line, made once in option_types.cc where headers are
// precompiled: what CLI11 makes of each otherwise costs every one of 150 files a second.
#pragma once

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace plumbline::cli {
using OptionWords = std::vector<std::string>;
using OptionNames = std::vector<const char*>;
}  // namespace plumbline::cli

#define PLUMBLINE_OPTION(LINKAGE, TYPE)                                               \
  LINKAGE template CLI::Option* CLI::App::add_option<TYPE, TYPE, CLI::detail::dummy>( \
      std::string, TYPE&, std::string);
#define PLUMBLINE_OPTION_TYPES(LINKAGE)                                                          \
  PLUMBLINE_OPTION(LINKAGE, std::string)                                                         \
  PLUMBLINE_OPTION(LINKAGE, int)                                                                 \
  PLUMBLINE_OPTION(LINKAGE, double)                                                              \
  PLUMBLINE_OPTION(LINKAGE, plumbline::cli::OptionWords)                                         \
  LINKAGE template CLI::Option* CLI::App::add_flag<bool, CLI::detail::dummy>(std::string, bool&, \
                                                                             std::string);       \
  LINKAGE template CLI::Option* CLI::App::add_flag<const std::string, CLI::detail::dummy>(       \
      std::string, const std::string&);                                                          \
  LINKAGE template CLI::IsMember::IsMember<plumbline::cli::OptionNames, std::nullptr_t>(         \
      plumbline::cli::OptionNames, std::nullptr_t);                                              \
  LINKAGE template CLI::Range::Range<int>(int, int, const std::string&);                         \
  LINKAGE template CLI::Range::Range<double>(double, double, const std::string&);

PLUMBLINE_OPTION_TYPES(extern)
