// SPDX-License-Identifier: Apache-2.0
//
// The shipped utilities are valid, complete, and those that the shipped processes use.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/utilities/rules.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> YamlFiles(const std::string& folder) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(source == nullptr ? "." : source) / folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

template <typename Resource>
Resource Load(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  Resource resource;
  const absl::Status status = yaml::Parse(path.filename().string(), text.str(), &resource);
  EXPECT_TRUE(status.ok()) << status;
  return resource;
}

void CollectUtilities(const catalog::v1::Node& node, std::set<std::string>* ids) {
  for (const auto& child : node.sequence().nodes()) CollectUtilities(child, ids);
  for (const auto& child : node.parallel().nodes()) CollectUtilities(child, ids);
  for (const auto& child : node.choice().nodes()) CollectUtilities(child, ids);
  if (node.has_loop()) CollectUtilities(node.loop().body(), ids);
  if (node.loop().has_redo()) CollectUtilities(node.loop().redo(), ids);
  ids->insert(node.step().utilities().begin(), node.step().utilities().end());
}

TEST(Utilities, AreValidAndSayWhoAnswersAndWhatIsPromised) {
  for (const fs::path& path : YamlFiles("utilities")) {
    const auto utility = Load<catalog::v1::Utility>(path);
    EXPECT_EQ(utility.name(), absl::StrCat("utilities/", path.stem().string()));
    const absl::Status status = catalog::CheckUtility(utility, "utility");
    EXPECT_TRUE(status.ok()) << path << ": " << status;
    EXPECT_TRUE(utility.has_uptime_target()) << path;
    EXPECT_FALSE(utility.contact().empty()) << path;
    EXPECT_TRUE(absl::EndsWith(utility.purpose(), ".")) << path;
    EXPECT_TRUE(utility.labels().contains("area") && utility.labels().contains("kind")) << path;
  }
}

TEST(Utilities, AreThoseThatTheProcessesUse) {
  std::set<std::string> used, kept;
  for (const fs::path& path : YamlFiles("processes"))
    CollectUtilities(Load<catalog::v1::Process>(path).root(), &used);
  for (const fs::path& path : YamlFiles("utilities")) kept.insert(path.stem().string());
  EXPECT_EQ(used, kept);
}

TEST(Utilities, SurviveFormatting) {
  for (const fs::path& path : YamlFiles("utilities")) {
    const auto utility = Load<catalog::v1::Utility>(path);
    catalog::v1::Utility back;
    ASSERT_TRUE(yaml::Parse("again", yaml::Format(utility), &back).ok());
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(back, utility)) << path;
  }
}

}  // namespace
}  // namespace plumbline
