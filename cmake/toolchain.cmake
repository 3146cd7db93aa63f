# SPDX-License-Identifier: Apache-2.0
# How everything is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

# Dev: what people and the tests build. Little optimisation, line tables only: half the build time of -O2 -g, and three
# quarters of that of -O1.
set(CMAKE_CXX_FLAGS_DEV "-Og -g1 -fno-omit-frame-pointer")
set(CMAKE_EXE_LINKER_FLAGS_DEV "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG -g1")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)

add_compile_options(-Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wnon-virtual-dtor
                    -Woverloaded-virtual -Wshadow=local -fdiagnostics-color=always)
if(PLUMBLINE_WERROR)
  add_compile_options(-Werror)
endif()
if(PLUMBLINE_SANITIZE)
  add_compile_options(-fsanitize=${PLUMBLINE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PLUMBLINE_SANITIZE})
endif()
if(PLUMBLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "libFuzzer comes with clang: use the preset 'fuzz', or ./dev nightly")
  endif()
  # gcc judges the warnings.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -w)
  add_link_options(-fsanitize=address,undefined)
endif()
# Programs under ThreadSanitizer need to be told of abseil's locks: every function that tsan_absl.cc wraps.
set(PLUMBLINE_PROGRAM_SOURCES)
if(PLUMBLINE_SANITIZE STREQUAL "thread")
  set(PLUMBLINE_PROGRAM_SOURCES "${CMAKE_SOURCE_DIR}/cmake/tsan_absl.cc")
  file(STRINGS "${PLUMBLINE_PROGRAM_SOURCES}" wraps REGEX "^WRAP\\(")
  foreach(wrap ${wraps})
    string(REGEX MATCH "_Z[A-Za-z0-9_]+" symbol "${wrap}")
    add_link_options("-Wl,--wrap=${symbol}")
  endforeach()
endif()
include_directories(BEFORE "${CMAKE_SOURCE_DIR}")
