// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/units.h"

#include <string>

#include "gtest/gtest.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

TEST(Units, OpenTimeHasOneUnit) {
  struct Row {
    int64_t seconds;
    const char* text;
  };
  for (const Row& row :
       {Row{0, "none"}, Row{100, "none"}, Row{45 * 60, "0.8 h"}, Row{480 * 60, "8 h"},
        Row{-480 * 60, "-8 h"}, Row{-27 * 60, "-0.5 h"}, Row{72 * 3600, "72 h"}}) {
    google::protobuf::Duration duration;
    duration.set_seconds(row.seconds);
    EXPECT_EQ(OpenHours(duration), row.text) << row.seconds;
  }
}

using catalog::v1::CatalogHistoryEntry;

TEST(Units, KindsAreWordsAlsoThoseOfANewerService) {
  struct Row {
    const char* name;
    std::string kind;
    const char* words;
  };
  for (const Row& row :
       {Row{"one word", "KIND_ROLE", "role"},
        Row{"two", CatalogHistoryEntry::Kind_Name(CatalogHistoryEntry::KIND_TAG_SET), "tag set"},
        Row{"without the prefix", "ROLE", "role"},
        Row{"a newer one",
            CatalogHistoryEntry::Kind_Name(static_cast<CatalogHistoryEntry::Kind>(9999)),
            "unknown"}}) {
    EXPECT_EQ(KindWords(row.kind), row.words) << row.name;
  }
}

}  // namespace
}  // namespace plumbline::cli
