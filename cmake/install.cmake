# Installation and packaging: see cmake --install and cpack.
install(DIRECTORY presets/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/stage/presets)
