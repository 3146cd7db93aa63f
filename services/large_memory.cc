// SPDX-License-Identifier: Apache-2.0
//
// Much memory at once, as analytics takes for each answer about a large log, is in large pages
// where the system has them for who asks (transparent_hugepage: madvise or always). Each is got
// from it and given back in one step, not in five hundred, and columns that are read in any order
// are found faster.
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr size_t kLarge = size_t{4} << 20;
constexpr uintptr_t kLargePage = uintptr_t{2} << 20;

void AskForLargePages(void* memory, size_t size) {
  const auto begin = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t first = (begin + kLargePage - 1) & ~(kLargePage - 1);
  const uintptr_t end = (begin + size) & ~(kLargePage - 1);
  // Without them it is only slower.
  if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

}  // namespace

// What all containers take their memory by; the other forms call it, or are jemalloc's.
void* operator new(size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  if (size >= kLarge) AskForLargePages(memory, size);
  return memory;
}
