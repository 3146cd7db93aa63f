# SPDX-License-Identifier: Apache-2.0
# The three kinds of target. A folder is a target: plumbline_library(common_flow ...) for common/flow.

# plumbline_library(NAME SOURCES a.cc ... DEPS target ... [PRECOMPILED cli]): a static library; DEPS are what it may know, and
# are public.
function(plumbline_library name)
  cmake_parse_arguments(A "" "PRECOMPILED" "SOURCES;DEPS" ${ARGN})
  if(NOT A_PRECOMPILED)
    set(A_PRECOMPILED library)
  endif()
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC ${A_DEPS})
  plumbline_precompile(${name} ${A_PRECOMPILED})
endfunction()

# plumbline_binary(plumbline-catalog SOURCES main.cc DEPS ...): a program in build/<preset>/bin.
function(plumbline_binary name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${A_SOURCES} ${PLUMBLINE_PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${A_DEPS})
  plumbline_precompile(${name} library)
endfunction()

# plumbline_test(NAME SOURCES a_test.cc ... DEPS ... [TIMEOUT seconds] [LABELS l ...]): one GoogleTest program, one ctest
# entry. LABELS "resource" = starts servers or uses much CPU: one of these at a time, beside tests that do not. "alone" =
# nothing runs beside it.
function(plumbline_test name)
  cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT PLUMBLINE_TESTS)
    return()
  endif()
  add_executable(${name} ${A_SOURCES} ${PLUMBLINE_PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${A_DEPS} GTest::gmock GTest::gtest_main)
  set(kind test)
  foreach(library ${A_DEPS})
    if(TARGET precompiled_${library})
      set(kind ${library})
    endif()
  endforeach()
  plumbline_precompile(${name} ${kind})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if("alone" IN_LIST A_LABELS)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  elseif("resource" IN_LIST A_LABELS)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK servers)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}"
    ENVIRONMENT "PLUMBLINE_BIN_DIR=${CMAKE_BINARY_DIR}/bin;PLUMBLINE_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()

# plumbline_protos(NAME PROTOS plumbline/x/v1/a.proto ... DEPS ...): messages of one proto package, no service stubs: the method
# tables are built from descriptors.
function(plumbline_protos name)
  cmake_parse_arguments(A "" "" "PROTOS;DEPS" ${ARGN})
  set(out "${CMAKE_BINARY_DIR}/gen")
  file(MAKE_DIRECTORY "${out}")
  set(generated)
  foreach(proto ${A_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    add_custom_command(
      OUTPUT "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h"
      COMMAND protobuf::protoc --cpp_out=${out} -I "${CMAKE_SOURCE_DIR}/protos" ${proto}
      DEPENDS "${CMAKE_SOURCE_DIR}/protos/${proto}"
      COMMENT "protoc ${proto}" VERBATIM)
    list(APPEND generated "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
  endforeach()
  add_library(${name} STATIC ${generated})
  target_include_directories(${name} SYSTEM PUBLIC "${out}")
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${A_DEPS})
  target_compile_options(${name} PRIVATE -w)
  plumbline_precompile(${name} library)
endfunction()
