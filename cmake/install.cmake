# cmake --install and cpack. Layout below the prefix:
#   bin/stage
#   lib/stage/             the project's own libraries and the engine module
#   share/stage/presets/   styles, rooms, disclosure rules
#   share/stage/weights/   networks that the project trained
#   share/man, completions of bash, zsh and fish, share/doc/stage
set(STAGE_PRIVATE_LIBRARIES lib/stage)

set_target_properties(stage PROPERTIES INSTALL_RPATH "$ORIGIN/../${STAGE_PRIVATE_LIBRARIES}")
install(TARGETS stage RUNTIME DESTINATION bin)
foreach(library stage_core stage_http stage_photo stage_engine stage_diffusion stage_networks)
  if(TARGET ${library})
    set_target_properties(${library} PROPERTIES INSTALL_RPATH "$ORIGIN")
    install(TARGETS ${library} LIBRARY DESTINATION ${STAGE_PRIVATE_LIBRARIES})
  endif()
endforeach()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/presets/ DESTINATION share/stage/presets)
if(STAGE_ENGINE)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/weights/ DESTINATION share/stage/weights)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/man/stage.1 DESTINATION share/man/man1)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION share/doc/stage)

# Completions are written by the program itself, so that they never lack an
# option.
set(completions ${PROJECT_BINARY_DIR}/completions)
add_custom_command(
  OUTPUT ${completions}/stage.bash ${completions}/_stage ${completions}/stage.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
  COMMAND stage completions bash > ${completions}/stage.bash
  COMMAND stage completions zsh > ${completions}/_stage
  COMMAND stage completions fish > ${completions}/stage.fish
  DEPENDS stage
  VERBATIM)
add_custom_target(stage_completions ALL
  DEPENDS ${completions}/stage.bash ${completions}/_stage ${completions}/stage.fish)
install(FILES ${completions}/stage.bash
        DESTINATION share/bash-completion/completions RENAME stage)
install(FILES ${completions}/_stage DESTINATION share/zsh/vendor-completions)
install(FILES ${completions}/stage.fish DESTINATION share/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME stage)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The stage developers <stage@stage.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "virtual staging of real-estate photos, in folders")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "stage furnishes photos of empty rooms, a folder at a time: it understands
the room from one picture, plans furniture, path traces it with the photo as
the light and leaves every other pixel as it was. Originals are kept, results
are labelled as staged, finished photos are never done twice.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
if(STAGE_ENGINE)
  # What no library link tells of: furniture, the font of labels, and a BLAS
  # that libtorch is fast with.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "sweethome3d-furniture, fonts-dejavu-core, libopenblas0-openmp | libopenblas0-pthread")
endif()
include(CPack)
