# SPDX-License-Identifier: Apache-2.0
# plumbline_precompile(TARGET KIND): parses cmake/precompiled*.h once for all targets of the kind: library, cli, test, or a
# library of plumbline_precompiled_tests. Off in builds that are shipped, where every file must include what it needs.
option(PLUMBLINE_PCH "Precompiled headers" OFF)

function(plumbline_precompile target kind)
  if(NOT PLUMBLINE_PCH)
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
endfunction()

if(PLUMBLINE_PCH)
  # ccache takes a precompiled header for what it was made of.
  # What some packages ask for defines macros: all targets get them, or the header fits none.
  add_compile_options(-fpch-preprocess -pthread -D_FILE_OFFSET_BITS=64)
  # gcc 12 sees things in std::string that are not there; without a precompiled header it keeps them to itself, because
  # they are in a system header. The release build still looks.
  add_compile_options(-Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow -Wno-restrict)
  file(WRITE "${CMAKE_BINARY_DIR}/precompiled.cc" "")
  add_library(precompiled_library STATIC "${CMAKE_BINARY_DIR}/precompiled.cc")
  target_precompile_headers(precompiled_library PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled.h")
  target_link_libraries(precompiled_library PRIVATE protobuf::libprotobuf absl::statusor absl::flat_hash_map)
  add_library(precompiled_cli STATIC "${CMAKE_BINARY_DIR}/precompiled.cc")
  target_precompile_headers(precompiled_cli PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled_cli.h")
  target_link_libraries(precompiled_cli PRIVATE protobuf::libprotobuf absl::statusor absl::flat_hash_map
                                                protos_analytics protos_catalog protos_onboarding)
  if(PLUMBLINE_TESTS)
    add_library(precompiled_test STATIC "${CMAKE_BINARY_DIR}/precompiled.cc")
    target_precompile_headers(precompiled_test PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled_test.h")
    target_link_libraries(precompiled_test PRIVATE protobuf::libprotobuf absl::statusor GTest::gmock)
  endif()
endif()

# plumbline_precompiled_tests(LIBRARY HEADER): tests that name this library in their DEPS parse its header, and with it the
# messages of a service, once for all of them.
function(plumbline_precompiled_tests library header)
  if(NOT PLUMBLINE_PCH OR NOT PLUMBLINE_TESTS)
    return()
  endif()
  add_library(precompiled_${library} STATIC "${CMAKE_BINARY_DIR}/precompiled.cc")
  target_precompile_headers(precompiled_${library} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled_test.h"
                                                           "${CMAKE_SOURCE_DIR}/${header}")
  target_link_libraries(precompiled_${library} PRIVATE ${library} GTest::gmock)
endfunction()
