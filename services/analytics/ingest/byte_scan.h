// SPDX-License-Identifier: Apache-2.0
//
// Looks at sixteen bytes of text at a time, where the processor can. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_BYTE_SCAN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_BYTE_SCAN_H_

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace plumbline::analytics {

// Sixteen bytes; questions are answered by a mask with bit i for byte i.
class Bytes16 {
 public:
  static constexpr size_t kSize = 16;
#ifdef __SSE2__
  // `at`: all sixteen must be readable.
  explicit Bytes16(const char* at)
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}
  // Bytes that are one of these three.
  uint32_t AnyOf(char a, char b, char c) const {
    return Mask(_mm_or_si128(_mm_or_si128(Equal(a), Equal(b)), Equal(c)));
  }
  // Bytes that are this one.
  uint32_t Are(char c) const { return Mask(Equal(c)); }
  // Bytes that end the plain part of a value: these three, and all that is no printable ASCII.
  uint32_t AnyOfOrUnusual(char a, char b, char c) const {
    const __m128i unusual = _mm_cmplt_epi8(bytes_, _mm_set1_epi8(' '));  // 0x80 and more are < 0
    return Mask(_mm_or_si128(_mm_or_si128(_mm_or_si128(Equal(a), Equal(b)), Equal(c)), unusual));
  }

 private:
  __m128i Equal(char c) const { return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)); }
  static uint32_t Mask(__m128i bytes) { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); }

  __m128i bytes_;
#else
  explicit Bytes16(const char* at) : at_(at) {}
  uint32_t AnyOf(char a, char b, char c) const {
    return Mask([=](char x) { return x == a || x == b || x == c; });
  }
  uint32_t Are(char c) const {
    return Mask([=](char x) { return x == c; });
  }
  uint32_t AnyOfOrUnusual(char a, char b, char c) const {
    return Mask(
        [=](char x) { return x == a || x == b || x == c || static_cast<signed char>(x) < ' '; });
  }

 private:
  template <class Is>
  uint32_t Mask(Is is) const {
    uint32_t mask = 0;
    for (size_t i = 0; i < kSize; ++i) mask |= static_cast<uint32_t>(is(at_[i])) << i;
    return mask;
  }

  const char* at_;
#endif
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_BYTE_SCAN_H_
