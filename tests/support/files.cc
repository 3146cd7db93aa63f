// SPDX-License-Identifier: Apache-2.0
#include "tests/support/files.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace plumbline::testing {
namespace {

bool CanListen(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return free;
}

}  // namespace

TempDir::TempDir() {
  const char* parent = getenv("TMPDIR");
  path_ = absl::StrCat(parent != nullptr ? parent : "/tmp", "/plumbline-test-XXXXXX");
  if (mkdtemp(path_.data()) == nullptr) {
    perror(path_.c_str());
    abort();
  }
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Join(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

int FreePort() {
  // Programs that run at the same time begin at different places; the check covers the rest.
  constexpr int kFirst = 12'000;
  constexpr int kCount = 20'000;
  static std::atomic<unsigned> next{static_cast<unsigned>(getpid()) * 131};
  while (true) {
    const int port = kFirst + static_cast<int>(next++ % kCount);
    if (CanListen(port)) return port;
  }
}

}  // namespace plumbline::testing
