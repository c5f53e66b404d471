from jacviz.cli import main

main()
