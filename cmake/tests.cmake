# stage_add_tests(NAME LIBRARIES... SOURCES ...): one doctest binary, and one
# ctest entry a source file, named <folder>/<file without _test.cpp>.
function(stage_add_tests name)
  cmake_parse_arguments(ARG "" "" "LIBRARIES;SOURCES" ${ARGN})
  add_executable(${name} ${PROJECT_SOURCE_DIR}/tests/support/doctest_main.cpp
                         ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE stage_flags ${ARG_LIBRARIES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(
    ${name} PRIVATE STAGE_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data"
                    STAGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                    STAGE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  foreach(source ${ARG_SOURCES})
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    add_test(NAME ${folder}/${stem}
             COMMAND ${name} --source-file=*/${stem}_test.cpp --no-intro)
    set_tests_properties(${folder}/${stem} PROPERTIES TIMEOUT 900)
  endforeach()
endfunction()
