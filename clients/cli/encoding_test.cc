// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/encoding.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Why(const absl::Status& status) { return std::string(status.message()); }

TEST(Encoding, OfATableNamesTheLineAndTheColumn) {
  EXPECT_TRUE(CheckTable("FILE", "\xEF\xBB\xBFperson,name\nada,\xC3\x84nne\n").ok());
  EXPECT_THAT(Why(CheckTable("FILE", "person,name\nada,Ren\xE9\n")),
              HasSubstr("line 2, column name: is not UTF-8; save the file as UTF-8"));
  EXPECT_THAT(Why(CheckTable("FILE", "person;\"name\"\r\nx;y\r\n\"a;b\";\xE9\r\n")),
              HasSubstr("line 3, column name: is not UTF-8"));
  EXPECT_THAT(Why(CheckTable("FILE", "person,n\xE9m\n")), HasSubstr("line 1: is not UTF-8"));
  EXPECT_THAT(Why(CheckTable("FILE", "a\nx,y,\xE9\n")), HasSubstr("line 2: is not UTF-8"));
}

TEST(Encoding, OfATableFromASpreadsheetMayBeUtf16) {
  EXPECT_THAT(Why(CheckTable("FILE", "\xFF\xFEp")), HasSubstr("is UTF-16, not UTF-8; save"));
  EXPECT_THAT(Why(CheckTable("FILE", absl::string_view("p\0e\0", 4))), HasSubstr("is UTF-16"));
}

TEST(Encoding, OfArgumentsNamesTheOption) {
  EXPECT_TRUE(CheckWords({"task", "comment", "ada/x", "Ren\xC3\xA9"}).ok());
  EXPECT_THAT(Why(CheckWords({"pause", "--reason", "caf\xE9"})),
              StartsWith("--reason: is not UTF-8"));
  EXPECT_THAT(Why(CheckWords({"set", "--name=caf\xE9"})), StartsWith("--name: is not UTF-8"));
  EXPECT_THAT(Why(CheckWords({"task", "comment", "ada/x", "caf\xE9"})),
              StartsWith("argument 4: is not UTF-8"));
}

}  // namespace
}  // namespace plumbline::cli
