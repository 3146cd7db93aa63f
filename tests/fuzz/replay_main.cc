// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target over every file of a folder, a test for each: a crash names its file.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

class Replay : public testing::Test {
 public:
  explicit Replay(std::string path) : path_(std::move(path)) {}

  void TestBody() override {
    std::ifstream file(path_, std::ios::binary);
    ASSERT_TRUE(file.good()) << path_;
    // Of the exact size: a read beyond the end is one beyond the block.
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }

 private:
  const std::string path_;
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::error_code error;
  std::set<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i], error))
      paths.insert(entry.path().string());
  }
  if (paths.empty()) {
    std::fprintf(stderr, "usage: %s FOLDER; the folder holds the inputs to replay\n", argv[0]);
    return 2;
  }
  for (const std::string& path : paths) {
    const std::string name = std::filesystem::path(path).filename().string();
    testing::RegisterTest("Corpus", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [path]() -> testing::Test* { return new Replay(path); });
  }
  return RUN_ALL_TESTS();
}
