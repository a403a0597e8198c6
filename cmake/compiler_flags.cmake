# Flags every target shares, through the interface library stage_flags.
add_library(stage_flags INTERFACE)
target_compile_options(stage_flags INTERFACE -Wall -Wextra -Wno-unused-parameter
  # designated initialisers leave the rest at its default on purpose
  -Wno-missing-field-initializers)
target_include_directories(stage_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(STAGE_ASSERTIONS)
  add_compile_options($<$<CONFIG:Release,RelWithDebInfo>:-UNDEBUG>)
endif()
# RelWithDebInfo is the everyday build: as fast as a release, light symbols.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O3 -g1 -DNDEBUG")
if(STAGE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
